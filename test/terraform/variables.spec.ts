import { readdirSync, readFileSync } from 'node:fs';

/** Every variable of every module and environment, as its block stands in the file. */
interface Variable {
  folder: string;
  name: string;
  block: string;
}

const FOLDERS = ['modules', 'environments', 'examples'].flatMap((group) =>
  readdirSync(`terraform/${group}`).map((name) => `${group}/${name}`),
);
const variables: Variable[] = FOLDERS.flatMap((folder) =>
  readdirSync(`terraform/${folder}`)
    .filter((file) => file.endsWith('.tf'))
    .flatMap((file) => readFileSync(`terraform/${folder}/${file}`, 'utf8').split(/^(?=\w)/m))
    .flatMap((block) => {
      const name = /^variable "(\w+)"/.exec(block)?.[1];
      return name ? [{ folder, name, block }] : [];
    }),
);
const ofModules = variables.filter(({ folder }) => folder.startsWith('modules/'));

/** The runs of a test file that are about this module. */
const runsOf = (file: string, folder: string) =>
  readFileSync(`terraform/tests/${file}.tftest.hcl`, 'utf8')
    .split(/^(?=run ")/m)
    .filter((run) => run.includes(`source = "./${folder}"`));

const named = (found: Variable[]) => found.map(({ folder, name }) => `${folder}: ${name}`);

describe('variables', () => {
  it('say their type and what they are for', () => {
    expect(variables.length).toBeGreaterThan(40);
    const silent = variables.filter(
      ({ block }) => !/^ {2}type +=/m.test(block) || !/^ {2}description += "./m.test(block),
    );
    expect(named(silent)).toEqual([]);
  });

  it('take null for their default, unless that is null itself', () => {
    const open = ofModules.filter(
      ({ block }) => /^ {2}default +=(?! null)/m.test(block) && !/^ {2}nullable += false/m.test(block),
    );
    expect(named(open)).toEqual([]);
  });

  it('refuse what is wrong, each rule shown by a test; only true and false need no rule', () => {
    const unruled = ofModules.filter(
      ({ block }) => !block.includes('validation {') && !/^ {2}type += bool$/m.test(block),
    );
    expect(named(unruled)).toEqual([]);
    const unshown = ofModules.filter(({ folder, name, block }) => {
      const rules = block.split('validation {').length - 1;
      const runs = runsOf('refusals', folder).filter((run) =>
        new RegExp(`expect_failures[^]*\\bvar\\.${name}\\b`).test(run),
      );
      return runs.length < rules;
    });
    expect(named(unshown)).toEqual([]);
  });

  it('are each given a value of their own by a test of what they do', () => {
    const untried = ofModules.filter(({ folder, name }) => {
      const text =
        runsOf('options', folder).join('') +
        readFileSync('terraform/tests/options.tftest.hcl', 'utf8').split(/^run "/m)[0];
      return !new RegExp(`^ +${name} += `, 'm').test(text);
    });
    expect(named(untried)).toEqual([]);
  });
});
