import { demoOptions } from './options.js';

it('takes --exit and --s3', () => {
  expect(demoOptions([])).toEqual({});
  expect(demoOptions(['--exit', '--s3'])).toEqual({ exit: true, s3: true });
});

it.each([['--exits'], ['s3']])('refuses %s by name', (word) => {
  expect(() => demoOptions([word])).toThrow(word);
});

it.each(['--help', '-h'])('takes %s for the question what it can be told', (word) => {
  expect(demoOptions([word])).toEqual({ help: true });
});
