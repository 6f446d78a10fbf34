/**
 * The resource types that get a class. To add one, add its name here, run `npm run generate`, and write into the
 * overlay what the generator then says is undocumented.
 */
export const classTypes: readonly string[] = [
  "AWS::ApiGateway::Account",
  "AWS::ApiGateway::BasePathMapping",
  "AWS::ApiGateway::ClientCertificate",
  "AWS::ApiGateway::Deployment",
  "AWS::ApiGateway::DocumentationVersion",
  "AWS::ApiGateway::Method",
  "AWS::ApiGateway::Resource",
  "AWS::ApiGateway::RestApi",
  "AWS::ApiGateway::Stage",
  "AWS::ApiGateway::UsagePlan",
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::Dashboard",
  "AWS::IAM::Role",
  "AWS::Logs::LogGroup",
  "AWS::Logs::MetricFilter",
  "AWS::WAFv2::WebACLAssociation",
];
