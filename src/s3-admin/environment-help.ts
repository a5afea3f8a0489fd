/** Below the help of every command. */
export const ENVIRONMENT_HELP = `
Environment (.env and .env.local are read too):
  AWS_PROFILE, AWS_ACCESS_KEY_ID, …  credentials, found by the AWS SDK as usual
  AWS_S3_ENDPOINT_URL                an S3 server other than AWS; else AWS_ENDPOINT_URL
  AWS_S3_REGION_NAME                 region of the first request; else AWS_REGION, AWS_DEFAULT_REGION
  AWS_S3_ADDRESSING_STYLE            auto, path or virtual
  AWS_CA_BUNDLE                      certificate authority of your own server, a PEM file
  S3_ADMIN_CALLER_ARN                your ARN, if the server has no STS
  LOG_LEVEL                          debug: show errors with their stack

Exit code: 0 all done, 1 something failed or was found, 2 nothing was done or it had to
           stop, 130 interrupted`;
