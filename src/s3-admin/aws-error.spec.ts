import { describeError } from './aws-error.js';

test('a name server that does not answer is called by its code, and says what to do', () => {
  const error = Object.assign(new Error('getaddrinfo EAI_AGAIN s3.example'), { code: 'EAI_AGAIN' });
  expect(describeError(error)).toEqual({
    code: 'EAI_AGAIN',
    message: 'EAI_AGAIN: getaddrinfo EAI_AGAIN s3.example',
    next: 'check the network: no name server answers',
  });
});
