import sql from '@databricks/sql';
import thrift from 'thrift';
import type {Answer, ProxiedCall} from '../sim/faulty-proxy.ts';

const {TCLIService, TCLIService_types: types} = sql.thrift;

/** The answer of a warehouse that refuses a statement with these codes, to the call that sent it. */
export function sqlRefusal(
  {body}: ProxiedCall,
  {errorClass, sqlState}: {readonly errorClass: string; readonly sqlState: string},
): Promise<Answer> {
  const message = `[${errorClass}] Planted-4711 is what the warehouse says. SQLSTATE: ${sqlState}`;
  const status = {
    statusCode: types.TStatusCode.ERROR_STATUS,
    sqlState,
    errorMessage: message,
    displayMessage: message,
  };
  const handler = {
    ExecuteStatement: (_request: object, reply: (error: null, answer: object) => void) => reply(null, {status}),
  };
  const processor = new TCLIService.Processor(handler as never);
  return new Promise(resolve => {
    const output = new thrift.TBufferedTransport(undefined as never, written =>
      resolve({
        status: 200,
        headers: {'content-type': 'application/x-thrift'},
        body: written as unknown as Buffer,
      }),
    );
    const receive = thrift.TBufferedTransport.receiver(
      input => processor.process(new thrift.TBinaryProtocol(input), new thrift.TBinaryProtocol(output)),
      0,
    );
    receive(body);
  });
}
