/** ZIP archives, as far as those of the packaged functions go. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

const localHeader = 0x04_03_4b_50;
const centralHeader = 0x02_01_4b_50;
const endOfCentralDirectory = 0x06_05_4b_50;

/** The files of an archive without a comment, by name. */
export function filesIn(archive: Buffer): ReadonlyMap<string, Buffer> {
  const end = archive.length - 22;
  if (archive.readUInt32LE(end) !== endOfCentralDirectory) throw new Error('not a ZIP archive without a comment');
  const files = new Map<string, Buffer>();
  let at = archive.readUInt32LE(end + 16);
  while (archive.readUInt32LE(at) === centralHeader) {
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const local = archive.readUInt32LE(at + 42);
    const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const content = archive.subarray(from, from + archive.readUInt32LE(at + 20));
    files.set(name, archive.readUInt16LE(at + 10) === 0 ? content : inflateRawSync(content));
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return files;
}

/** 1980-01-01, the first day that the format knows: equal files make an equal archive, which Lambda need not deploy again. */
const dosDate = (1 << 5) | 1;

/** A regular file that everybody may read, as Lambda requires. */
const unixMode = 0o100_644;

const deflated = 8;

/** Compressed as far as DEFLATE can. */
export function archiveOf(files: ReadonlyMap<string, Buffer>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [fileName, content] of files) {
    const name = Buffer.from(fileName);
    const data = deflateRawSync(content, { level: 9 });
    const described = description(name, content, data);
    const local = concat(u32(localHeader), described, u16(0));
    directory.push(
      concat(u32(centralHeader), u16(0x03_14), described, u16(0, 0, 0, 0), u32(unixMode * 0x1_0000, offset), name),
    );
    parts.push(local, name, data);
    offset += local.length + name.length + data.length;
  }
  const central = concat(...directory);
  const count = directory.length;
  return concat(
    ...parts,
    central,
    u32(endOfCentralDirectory),
    u16(0, 0, count, count),
    u32(central.length, offset),
    u16(0),
  );
}

/** The fields that both headers of a file have, from the version that is needed to the length of the name. */
function description(name: Buffer, content: Buffer, data: Buffer): Buffer {
  return concat(u16(20, 0, deflated, 0, dosDate), u32(crc32(content), data.length, content.length), u16(name.length));
}

function concat(...buffers: readonly Buffer[]): Buffer {
  return Buffer.concat(buffers);
}

function u16(...values: readonly number[]): Buffer {
  return Buffer.from(Uint16Array.from(values).buffer);
}

function u32(...values: readonly number[]): Buffer {
  return Buffer.from(Uint32Array.from(values).buffer);
}
