import { canonicalStatement, type PolicyDocument, type Statement } from '../document.js';
import { parseWritten } from '../written-policy.js';
import type { GeneratedControl, GenerationContext } from './control.js';
import { encryptedOnly } from './encrypted-only.js';
import { onlyMe } from './only-me.js';
import { tlsOnly } from './tls-only.js';

export const GENERATED_CONTROLS: readonly GeneratedControl[] = [onlyMe, tlsOnly, encryptedOnly];

/**
 * A bucket's policy from the template, the statements it already has and the chosen controls, in this order. Statements
 * of earlier generations (known by their Sids) are replaced; every other one stays: somebody may rely on it.
 *
 * @param template text of `policy_template.json`; `{{bucket}}`, `{{account}}` and `{{partition}}` are filled in
 * @param present the policy in force, null for none
 * @throws ToolError if the filled template is not a policy
 */
export function generatedPolicy(
  template: string,
  present: PolicyDocument | null,
  controls: readonly GeneratedControl[],
  context: GenerationContext,
): PolicyDocument {
  const { bucket, caller } = context;
  const values: Record<string, string> = { bucket, account: caller.account, partition: caller.partition };
  const filled = template.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
  const base = parseWritten(filled, 'the policy template');
  const generated = controls.flatMap((control) => control.statements(context));
  const id = base.Id ?? present?.Id;
  return {
    Version: '2012-10-17',
    ...(id !== undefined && { Id: id }),
    Statement: distinct([...base.Statement, ...keptStatements(present), ...generated]),
  };
}

/** Statements of a policy that no generated control wrote. */
export function keptStatements(present: PolicyDocument | null): Statement[] {
  const own = new Set(GENERATED_CONTROLS.flatMap(({ sids }) => sids));
  return (present?.Statement ?? []).filter(({ Sid }) => !Sid || !own.has(Sid));
}

function distinct(statements: Statement[]): Statement[] {
  return [...new Map(statements.map((statement) => [canonicalStatement(statement), statement])).values()];
}
