// Builds the one file that runs where there is no node_modules: `npm run build`; elsewhere where a path is given.
import {readFileSync} from 'node:fs';
import {build} from 'esbuild';

const {version} = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const [outfile = 'dist/visma-databricks.mjs'] = process.argv.slice(2);

// The guests that are CommonJS call these, and a module has none of its own. Node keeps what packages use that is
// deprecated to itself as long as they lie in node_modules; here, they do not.
const banner = [
  "import {createRequire as bannerRequire} from 'node:module';",
  'const require = bannerRequire(import.meta.url);',
  'const {filename: __filename, dirname: __dirname} = import.meta;',
  'process.noDeprecation = true;',
  'if (Number.parseInt(process.versions.node, 10) < 24) {',
  "  process.stderr.write('This program needs Node 26 (24 at least); this is ' + process.version + '.\\n');",
  '  process.exit(2);',
  '}',
].join('\n');

/** The Parquet writer's Thrift types assign to names that they do not declare, which a module does not forgive. */
const declareThriftTypes = {
  name: 'declare-thrift-types',
  setup({onLoad}) {
    onLoad({filter: /parquetjs-lite[\\/]gen-nodejs[\\/]parquet_types\.js$/}, ({path}) => ({
      contents: readFileSync(path, 'utf8').replaceAll(/^(?=\w+ = module\.exports\.)/gm, 'var '),
      loader: 'js',
    }));
  },
};

const built = await build({
  entryPoints: ['src/main.ts'],
  outfile,
  bundle: true,
  minify: true,
  lineLimit: 200, // Node prints the line that an error came from
  keepNames: true, // errors are told apart by the names of their classes
  format: 'esm',
  platform: 'node',
  target: 'node26',
  metafile: true,
  legalComments: 'eof',
  logLevel: 'warning',
  absWorkingDir: import.meta.dirname,
  banner: {js: banner},
  plugins: [declareThriftTypes],
  define: {BUNDLED_VERSION: JSON.stringify(version)},
  // Binaries of one platform: the driver does without the first two, and only --local asks for the third.
  external: ['lz4-napi', '@databricks/databricks-sql-kernel-*', '@duckdb/node-api'],
}).catch(() => undefined); // esbuild has said what is wrong

if (built) report(Object.values(built.metafile.outputs)[0]);
else process.exitCode = 1;

function report({bytes, inputs}) {
  console.log(`${outfile} ${version}: ${megabytes(bytes)}, of which`);
  for (const [name, size] of largest(inputs)) console.log(`  ${megabytes(size).padStart(8)}  ${name}`);
}

/** What takes most room, by package. */
function largest(inputs) {
  const sizes = new Map();
  for (const [file, {bytesInOutput}] of Object.entries(inputs)) {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? 'src';
    sizes.set(name, (sizes.get(name) ?? 0) + bytesInOutput);
  }
  return [...sizes].sort(([, a], [, b]) => b - a).slice(0, 8);
}

function megabytes(bytes) {
  return `${(bytes / 1024 / 1024).toFixed(2)} MB`;
}
