/* Identity and Access Management. The classes are generated from the registry's schemas. */
export { Role, type RoleArgs, type RolePolicyArgs, type RoleTagArgs } from "../generated/iam/role";
