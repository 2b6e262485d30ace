import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {brotliCompressSync, brotliDecompressSync, constants} from 'node:zlib';

/*
 * A folder in one compressed file: the length of an index in four bytes, the index as JSON, the contents one after
 * another. Node alone packs and unpacks it.
 */

const archive = fileURLToPath(new URL('../fixtures/workspace-0.2.0.br', import.meta.url));

interface Entry {
  readonly name: string;
  readonly bytes: number;
}

/** Packs a folder into the fixture's archive. */
export async function pack(folder: string): Promise<void> {
  const found = await readdir(folder, {recursive: true, withFileTypes: true});
  const files = found.filter(each => each.isFile()).map(each => path.join(each.parentPath, each.name));
  const contents = await Promise.all(files.toSorted().map(file => readFile(file)));
  const entries = files.toSorted().map((file, place): Entry => {
    return {name: path.relative(folder, file), bytes: contents[place]?.length ?? 0};
  });
  const index = Buffer.from(JSON.stringify(entries));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(index.length);
  const params = {[constants.BROTLI_PARAM_LGWIN]: 24};
  await writeFile(archive, brotliCompressSync(Buffer.concat([length, index, ...contents]), {params}));
}

/** Unpacks the fixture's archive into a folder. */
export async function unpack(folder: string): Promise<void> {
  const all = brotliDecompressSync(await readFile(archive));
  let at = 4 + all.readUInt32BE(0);
  for (const {name, bytes} of JSON.parse(all.toString('utf8', 4, at)) as readonly Entry[]) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), {recursive: true});
    await writeFile(file, all.subarray(at, at + bytes));
    at += bytes;
  }
}
