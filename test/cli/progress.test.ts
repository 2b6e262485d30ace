import assert from 'node:assert/strict';
import test from 'node:test';
import {stripVTControlCharacters} from 'node:util';
import {showProgress} from '../../src/cli/progress.ts';
import {loadId} from '../../src/model/names.ts';
import {eventsOfPass, Heard} from './stage.ts';

test('each company and resource has a bar while it is read, and a line when it has been', () => {
  const terminal = new Heard(true);
  const progress = showProgress(terminal);
  const [started, firstPage, , ended] = eventsOfPass('se', 'supplier');
  const [, otherPage] = eventsOfPass('no', 'account');
  for (const event of [started, firstPage, otherPage, ended]) if (event) progress.events(event);
  const during = stripVTControlCharacters(terminal.text);
  progress.end();
  assert.match(during, /no account +\[=+-+\] 60\/120/);
  assert.match(during, /se supplier +landed, 120 read in 1\.3 s\n/);
});

test('where the total is not known the count alone is shown', () => {
  const terminal = new Heard(true);
  const progress = showProgress(terminal);
  const [started, page] = eventsOfPass('se', 'supplier');
  if (started) progress.events(started);
  if (page?.event === 'page read') {
    const {total: _, ...unknown} = page;
    progress.events(unknown);
  }
  progress.events({event: 'load set aside', load: loadId('l-1'), reason: 'a gap'});
  progress.end();
  const text = stripVTControlCharacters(terminal.text);
  assert.match(text, /se supplier +60 read/);
  assert.match(text, /load l-1 set aside: a gap/);
});

test('nothing is left running after the end', () => {
  const timers = (): number => process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length;
  const before = timers();
  const progress = showProgress(new Heard(true));
  for (const event of eventsOfPass('se', 'supplier')) progress.events(event);
  assert.ok(timers() > before);
  progress.end();
  assert.equal(timers(), before);
});
