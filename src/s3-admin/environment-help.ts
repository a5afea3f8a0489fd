/** Below the help of every command. */
export const ENVIRONMENT_HELP = `
Environment (.env and .env.local are read too):
  AWS_PROFILE, AWS_ACCESS_KEY_ID, …  credentials, found by the AWS SDK's own chain
  AWS_S3_ENDPOINT_URL                an S3 server other than AWS; else AWS_ENDPOINT_URL
  AWS_S3_REGION_NAME                 region asked first; else AWS_REGION, AWS_DEFAULT_REGION
  AWS_S3_ADDRESSING_STYLE            auto, path or virtual
  AWS_CA_BUNDLE                      file with the certificate authority of a server of your own
  S3_ADMIN_CALLER_ARN                who you are, where the server has no STS
  LOG_LEVEL                          debug: errors with their stack

Exit code: 0 all done, 1 something failed or was found, 2 nothing was done or it had to
           stop, 130 interrupted`;
