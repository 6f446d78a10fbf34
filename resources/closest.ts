export { closest } from "../schema/closest";
