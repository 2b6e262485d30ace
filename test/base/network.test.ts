import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Network} from '../../src/base/network.ts';

const tried = {what: 'read', host: 'far.example:443'};
const through = new Network({HTTPS_PROXY: 'http://user:s3cret@proxy.example:8080', HTTP_PROXY: 'plain.example'});

function failing(code: string, message: string): Error {
  return Object.assign(new Error('wrapped', {cause: Object.assign(new Error(message), {code})}), {code});
}

test('a failure at the proxy is told from one behind it, by the name or the port that was tried', () => {
  const atProxy = [
    failing('ENOTFOUND', 'getaddrinfo ENOTFOUND proxy.example'),
    failing('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:8080'),
    failing('ECONNREFUSED', 'connect ECONNREFUSED [fd00::1]:8080'),
  ];
  for (const thrown of atProxy) {
    const error = through.proxyFailure(thrown, tried);
    assert.match(error?.message ?? '', /^read: the proxy proxy\.example:8080 cannot be reached \(E/);
    assert.match(error?.hint ?? '', /HTTPS_PROXY/);
  }
  assert.match(
    through.proxyFailure(failing('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:80'), tried)?.message ?? '',
    /plain\.example/,
  );
  const elsewhere = [
    failing('ENOTFOUND', 'getaddrinfo ENOTFOUND far.example'),
    failing('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:443'),
    failing('ECONNRESET', 'socket hang up'),
    new Error('anything'),
    undefined,
  ];
  for (const thrown of elsewhere) assert.equal(through.proxyFailure(thrown, tried), undefined);
  for (const thrown of atProxy) assert.equal(new Network({}).proxyFailure(thrown, tried), undefined);
});

test('what a proxy answers decides whether trying again makes sense, and no password is said', () => {
  const answered = (status: string) =>
    through.proxyFailure(
      failing('ERR_PROXY_TUNNEL', `Failed to establish tunnel to x via y: HTTP/1.1 ${status}`),
      tried,
    );
  for (const [status, kind] of Object.entries({407: 'configuration', 403: 'configuration', 502: 'transient'})) {
    const error = answered(status);
    assert.equal(error?.kind, kind, status);
    assert.deepEqual(error?.facts, {host: tried.host, proxy: 'proxy.example:8080', status: Number(status)});
    assert.doesNotMatch(JSON.stringify([error?.message, error?.hint, error?.facts]), /s3cret/);
  }
  const silent = through.proxyFailure(failing('ERR_PROXY_TUNNEL', 'ended unexpectedly'), tried);
  assert.equal(silent?.kind, 'transient');
});

test('an address that is no proxy of http is refused by the name of its variable', () => {
  for (const address of ['socks5://user:s3cret@proxy.example:1080', 'http://', 'a b']) {
    const opened = () => new Network({https_proxy: address});
    assert.throws(opened, {kind: 'configuration', message: 'https_proxy names no proxy that can be used'});
  }
  for (const environment of [{}, {HTTPS_PROXY: ' '}, {HTTPS_PROXY: '', https_proxy: 'proxy.example:8080'}]) {
    assert.doesNotThrow(() => new Network(environment));
  }
});
