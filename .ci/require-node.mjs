// Runs on whatever Node npm finds first, so that it stays plain JavaScript of long ago.
const wanted = 26;
const found = Number(process.versions.node.split('.')[0]);

if (found < wanted) {
  const place = `${process.platform} on ${process.arch}`;
  console.error(`This project needs Node ${wanted}; this is Node ${process.versions.node}, ${place}.`);
  console.error(
    "`npm ci` installs the project's own Node for Linux (glibc) and macOS on x64 and arm64, and Windows on x64.",
  );
  console.error(
    `Was \`npm ci\` run, and with optional dependencies? On any other platform, put Node ${wanted} on the PATH.`,
  );
  process.exitCode = 1;
}
