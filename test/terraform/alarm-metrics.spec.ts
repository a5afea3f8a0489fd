import { EmbeddedMetrics, type EmbeddedMetricDocument } from '../../src/metrics/embedded-metrics.js';
import {
  copiesOwed,
  migrationFiles,
  oldestCopyOwed,
  registry,
  validationAge,
} from '../../src/metrics/metrics.js';
import { services } from '../services/index.js';
import { TerraformCopy } from './terraform.js';

const INSTALLATION = `
provider "aws" {
  region                  = "eu-central-1"
  access_key              = "test"
  secret_key              = "test"
  skip_metadata_api_check = true
}

module "certificates" {
  source      = "../modules/certificate-bucket"
  name        = "certstore"
  bucket_name = "example-org-certificates"
}
`;

interface Resource {
  type: string;
  values: { alarm_name: string; metric_query: { metric: Metric[] }[] };
}

interface Metric {
  namespace: string;
  metric_name: string;
  dimensions: Record<string, string>;
}

/** A metric as CloudWatch tells it from others: by its name and all its dimensions. */
const identity = (name: string, dimensions: Record<string, string>) =>
  `${name} ${Object.entries(dimensions)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(' ')}`;

/** What CloudWatch Logs makes of lines in embedded metric format. */
function metricsIn(documents: EmbeddedMetricDocument[]): Set<string> {
  const found = documents.flatMap((document) =>
    document._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) => {
      expect(Namespace).toBe('Certstore');
      return Metrics.flatMap(({ Name }) => {
        expect(document[Name]).toEqual(expect.any(Number));
        return Dimensions.map((keys) =>
          identity(Name, Object.fromEntries(keys.map((key) => [key, String(document[key])]))),
        );
      });
    }),
  );
  return new Set(found);
}

/** One of each, as a service that has something to tell. */
async function metricsSent(): Promise<Set<string>> {
  for (const outcome of ['done', 'skipped', 'failed']) migrationFiles.inc({ task: 'migrate', outcome });
  for (const gauge of [copiesOwed, oldestCopyOwed, validationAge]) gauge.set(1);
  const documents: EmbeddedMetricDocument[] = [];
  const write = (document: EmbeddedMetricDocument) => void documents.push(document);
  const fail = (error: unknown) => {
    throw error;
  };
  await new EmbeddedMetrics(registry, 'example-org-certificates', write, fail).flush();
  return metricsIn(documents);
}

/** What the alarms of an installation are set on. */
async function metricsAwaited(): Promise<{ alarm: string; metric: Metric }[]> {
  const { endpoint } = await services.moto();
  return TerraformCopy.withProvider({ AWS_ENDPOINT_URL: endpoint }, planAlarms);
}

async function planAlarms(terraform: TerraformCopy): Promise<{ alarm: string; metric: Metric }[]> {
  terraform.write('alarms', 'main.tf', INSTALLATION);
  await terraform.init('alarms');
  await terraform.demand('alarms', 'plan', '-out=plan');
  const plan = JSON.parse(await terraform.demand('alarms', 'show', '-json', 'plan')) as {
    planned_values: { root_module: { child_modules: { resources: Resource[] }[] } };
  };
  const resources = plan.planned_values.root_module.child_modules.flatMap((module) => module.resources);
  return resources
    .filter(({ type }) => type === 'aws_cloudwatch_metric_alarm')
    .flatMap(({ values: { alarm_name, metric_query } }) =>
      metric_query.flatMap((query) => query.metric.map((metric) => ({ alarm: alarm_name, metric }))),
    );
}

it('every metric of the service that an alarm waits for is one that the service sends', async () => {
  const sent = await metricsSent();
  const awaited = (await metricsAwaited()).filter(({ metric }) => metric.namespace === 'Certstore');
  expect(new Set(awaited.map(({ alarm }) => alarm)).size).toBeGreaterThanOrEqual(6);
  const missing = awaited.filter(({ metric }) => !sent.has(identity(metric.metric_name, metric.dimensions)));
  expect(missing).toEqual([]);
}, 300_000);
