import { randomBytes, randomUUID } from 'node:crypto';

export interface CephPlace {
  folder: string;
  monitorPort: number;
  httpPort: number;
  tlsPort: number;
  tlsPem: string;
}

export interface CephOptions {
  /** How long a "day" lasts in lifecycle rules. */
  lifecycleDaySeconds?: number;
  /**
   * Whether a write with `AES256` finds a key (default: yes). The gateway then encrypts every object by it, asked or not, which
   * costs an eighth of its time.
   */
  encrypts?: boolean;
}

/** Ids of the keys that `aws:kms` encryption may name. */
export const KMS_KEYS = ['testkey-1', 'testkey-2'];

/**
 * Configuration of the smallest Ceph that works: one monitor, one OSD in memory, no manager, no authentication between
 * them, everything in one folder and on 127.0.0.1.
 */
export function cephConf(place: CephPlace, options: CephOptions = {}): string {
  const { folder } = place;
  const key = (): string => randomBytes(32).toString('base64');
  return `[global]
fsid = ${randomUUID()}
mon_initial_members = a
mon_host = [v2:127.0.0.1:${place.monitorPort}]
public_network = 127.0.0.0/8
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
run_dir = ${folder}
admin_socket = ${folder}/$name.asok
log_file = ${folder}/$name.log
mon_cluster_log_file = ${folder}/cluster.log
crash_dir = ${folder}
mon_data = ${folder}/mon
osd_data = ${folder}/osd
mon_allow_pool_size_one = true
mon_warn_on_pool_no_redundancy = false
mon_data_avail_warn = 1
mon_data_avail_crit = 1
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_pool_default_pgp_num = 8
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_max_pg_per_osd = 1000
# the default of 1 s makes every creation of a pool slow
paxos_propose_interval = 0.05
osd_objectstore = memstore
memstore_device_bytes = 4294967296
osd_memory_target = 1073741824
# a gateway that was killed is forgotten soon; until then every change of metadata waits for it
osd_client_watch_timeout = 3
# what is only gathered in memory, for a crash, costs up to a fifth of the server's time
debug_ms = 0/0
debug_osd = 0/0
debug_objecter = 0/0
debug_rgw = 0/0
# nothing on 127.0.0.1 spoils bytes, and nobody asks which operations are slow
osd_enable_op_tracker = false
ms_crc_data = false
# for two cores; the defaults are for dozens and spend a tenth of the time on switching threads
ms_async_op_threads = 1
osd_op_num_shards = 1
osd_op_num_threads_per_shard = 1

[client.rgw]
rgw_thread_pool_size = 8
# radosgw insists on an encrypted link to the monitor, which "none" above can't give
ms_mon_client_mode = crc
rgw_frontends = beast tcp_nodelay=1 endpoint=127.0.0.1:${place.httpPort} ssl_endpoint=127.0.0.1:${place.tlsPort} ssl_certificate=${place.tlsPem} ssl_private_key=${place.tlsPem}
rgw_enable_usage_log = false
rgw_enable_ops_log = false
# encryption headers are accepted over plain http
rgw_crypt_require_ssl = false
${options.encrypts === false ? '' : `rgw_crypt_default_encryption_key = ${key()}`}
# aws:kms with keys that exist only here
rgw_crypt_s3_kms_backend = testing
rgw_crypt_s3_kms_encryption_keys = ${KMS_KEYS.map((id) => `${id}=${key()}`).join(' ')}
# a quota counts at once
rgw_bucket_quota_ttl = 0
rgw_user_quota_bucket_sync_interval = 1
${options.lifecycleDaySeconds ? `rgw_lc_debug_interval = ${options.lifecycleDaySeconds}` : ''}
`;
}
