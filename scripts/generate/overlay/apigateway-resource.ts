import type { TypeOverlay } from "./overlay";

export const resource: TypeOverlay = {
  typeName: "AWS::ApiGateway::Resource",
  doc: `A resource of a REST API: one step of a path, on which methods stand.

@example
\`\`\`ts
const pets = new Resource("pets", { restApiId: api.restApiId, pathPart: "pets" });
const pet = new Resource("pet", { restApiId: api.restApiId, parentId: pets.resourceId, pathPart: "{id}" });
\`\`\``,
  docs: {
    ParentId:
      "The id of the resource above. Leave it out for the API's root: it is then looked up when the resource is created, and unlike a `rootResourceId` that is passed in, it never makes a preview show a replacement.",
    PathPart:
      "The last step of the resource's path: a name, a parameter such as `{id}`, or `{proxy+}` for all that follows.",
    ResourceId: "The id that API Gateway gave the resource.",
    RestApiId: "The id of the REST API.",
  },
  optional: ["ParentId"],
};
