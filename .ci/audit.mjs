// Asks the registry for known weaknesses of what is shipped. A registry that can't be asked, or keeps no such list, is
// said and fails nothing; a weakness that it names fails.
import {spawnSync} from 'node:child_process';

const wanted = ['audit', '--omit=dev', '--json', '--fetch-retries=0', '--fetch-timeout=20000'];
const {stdout, error} = spawnSync('npm', wanted, {
  encoding: 'utf8',
  timeout: 120_000,
  shell: process.platform === 'win32',
});
const report = parsed(stdout ?? '');
const counts = report?.metadata?.vulnerabilities;

if (error || typeof counts?.total !== 'number') {
  const why = report?.error?.code ?? report?.message ?? error?.code ?? 'no answer';
  console.log(
    `npm audit: not done, for the registry gave no list of weaknesses (${String(why)
      .replace(/https?:\S*/g, '')
      .trim()})`,
  );
} else if (counts.total === 0) {
  console.log('npm audit: nothing is known against what is shipped');
} else {
  for (const {name, severity, range} of Object.values(report.vulnerabilities ?? {})) {
    console.error(`npm audit: ${severity}: ${name} ${range}`);
  }
  process.exitCode = 1;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
