import { maxHeaderSize, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError } from 'fastify';
import { REQUEST_TIMEOUT_MS } from './limits.js';
import { Problem } from './problem.js';
import { PROBLEM_TYPE, problemJson } from './send-problem.js';

/** Answers what Node can't read as a request. None of the hooks has seen it; only the socket is there. */
export function answerUnreadable(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) {
    const problem = problemOf(error.code);
    const body = problemJson(problem);
    socket.write(
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}\r\nConnection: close\r\n` +
        `Content-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }
  socket.destroy(error);
}

function problemOf(code: string): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new Problem(
      408,
      'request_timeout',
      'The request is incomplete',
      `A request must arrive within ${REQUEST_TIMEOUT_MS / 1000} seconds; send it again.`,
    );
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new Problem(
      431,
      'headers_too_large',
      'The headers are too large',
      `Address and headers together may be at most ${maxHeaderSize / 1024} KiB; look for a long token or many cookies.`,
    );
  }
  return new Problem(
    400,
    'malformed_request',
    "The request can't be read",
    'This is not valid HTTP/1.1; check the method, the headers and the lengths they announce.',
  );
}
