/* AWS WAF, as far as stages are protected by it. */
export { WebACLAssociation, type WebACLAssociationArgs } from "../generated/wafv2/web-acl-association";
