import { actionsNamed, BUCKET_ACTIONS, OBJECT_ACTIONS } from '../s3-actions.js';
import type { Control } from './control.js';
import { arnOf, objectsOf, plainRequestIsDenied } from './denied-to-everyone.js';

/** One that no statement names: S3 has more than any list, and gets new ones. */
const ANY_OTHER = 's3:AnyOtherAction';

/** Every action without TLS is denied to everyone: on the bucket's own ARN as well as on its objects. */
export const tlsOnly: Control = {
  id: 'tls-only',
  title: 'requests without TLS are denied',
  async check(context) {
    const policy = (await context.settings.policy())?.document ?? null;
    const arn = arnOf(context);
    const objects = objectsOf(context, policy);
    const others = [...actionsNamed([policy]), ANY_OTHER];
    const open = [
      [...BUCKET_ACTIONS, ...others].find((action) => !plainRequestIsDenied(policy, action, arn)),
      [...OBJECT_ACTIONS, ...others].find((action) =>
        objects.some((object) => !plainRequestIsDenied(policy, action, object)),
      ),
    ].filter((action) => action !== undefined);
    if (open.length === 0) return { ok: true, detail: 'denied on the bucket and on its objects' };
    return { ok: false, detail: `not denied over http://: ${[...new Set(open)].join(', ')}` };
  },
};
