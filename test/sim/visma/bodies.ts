import {randomUUID} from 'node:crypto';

/** An answer before it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

const json = 'application/json; charset=utf-8';

/** The shapes in which the vendor's errors have been seen. There is no one of them. */
export type ErrorShape = 'message' | 'Message' | 'exception' | 'text' | 'empty' | 'html';

/** An error in one of its shapes. */
export function errorAnswer(
  status: number,
  {shape, text = '', faultCode = ''}: {shape: ErrorShape; text?: string; faultCode?: string},
): Answer {
  switch (shape) {
    case 'message':
      return {
        status,
        headers: {'content-type': json},
        body: JSON.stringify({message: `VismaId: ${randomUUID()}. ${text}`}),
      };
    case 'Message':
      return {status, headers: {'content-type': json}, body: JSON.stringify({Message: text})};
    case 'exception':
      return {status, headers: {'content-type': json}, body: JSON.stringify(exception(text, faultCode))};
    case 'text':
      return {status, headers: {'content-type': 'text/plain'}, body: text};
    case 'empty':
      return {status, headers: {}, body: ''};
    case 'html':
      return {status, headers: {'content-type': 'text/html'}, body: page(status, text)};
  }
}

const exception = (text: string, faultCode: string): object => ({
  ExceptionType: 'IPPException',
  ExceptionMessage: text,
  ExceptionFaultCode: faultCode,
  ExceptionMessageID: `${faultCode}_${randomUUID()}`,
  ExceptionDetails: '',
});

const page = (status: number, text: string): string =>
  [
    `<html>\r\n<head><title>${status} ${text}</title></head>`,
    `<body>\r\n<center><h1>${status} ${text}</h1></center>`,
    '</body>\r\n</html>\r\n',
  ].join('\r\n');

/** What a status usually looks like; a fault without a body of its own gets this. */
export function usualError(status: number): Answer {
  switch (status) {
    case 401:
      return {...errorAnswer(401, {shape: 'empty'}), headers: {'www-authenticate': 'Bearer error="invalid_token"'}};
    case 403:
      return errorAnswer(403, {
        shape: 'exception',
        text: 'The user has no access to this resource.',
        faultCode: '12015',
      });
    case 429:
      return errorAnswer(429, {shape: 'text', text: 'Same request made too many times'});
    case 500:
      return errorAnswer(500, {shape: 'Message', text: 'An error has occurred.'});
    case 502:
      return errorAnswer(502, {shape: 'html', text: 'Bad Gateway'});
    case 503:
      return errorAnswer(503, {shape: 'empty'});
    default:
      return errorAnswer(status, {shape: 'message', text: 'The request could not be handled.'});
  }
}

export const jsonAnswer = (status: number, value: object): Answer => ({
  status,
  headers: {'content-type': json},
  body: JSON.stringify(value),
});
