/**
 * How the dynamic-provider process finds this package: by name, from the program's folder. A constant instead of a
 * serialised closure, so that an old state always runs the newest installed code, no secret is captured, and
 * registering a resource costs next to nothing. It stands in every resource's state: it may never change.
 */
export const PROVIDER_STUB =
  "exports.handler=()=>{try{return require('module').createRequire(process.cwd()+'/x')('pulumi-cloudcontrol/provider').provider}catch(e){throw Error('run npm install pulumi-cloudcontrol here: '+e)}}";
