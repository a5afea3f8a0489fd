// The AWS SDK is pinned to the last line that supports Node 20; its notice about later ones is not for operators' logs.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
