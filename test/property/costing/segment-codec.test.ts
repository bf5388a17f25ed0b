// Law of kept columns: whatever lines there are, and whatever the process that reads them knew before, they come back as they were.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDictionaries, createLines, type Dictionaries, LINE_COLUMNS } from '../../../src/costing/cube/lines.ts';
import { packLines, unpackLines } from '../../../src/costing/cube/segment-codec.ts';

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('', 'mri-15', '仁济医院', 'a:b.c-d') },
  { weight: 1, arbitrary: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,30}$/) },
);
const line = fc.record({
  texts: fc.array(text, { minLength: LINE_COLUMNS.length, maxLength: LINE_COLUMNS.length }),
  job: fc.constantFrom('', '1', '7', '70000', '200000'),
  amountMinor: fc.oneof(
    fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }),
    fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
  ),
});
type Line = { texts: string[]; job: string; amountMinor: bigint };

const textsOf = ({ texts, job }: Line): string[] =>
  LINE_COLUMNS.map((column, index) => (column === 'work_order_id' ? job : (texts[index] ?? '')));

function addAll(all: readonly Line[], dictionaries: Dictionaries) {
  const lines = createLines();
  for (const one of all) {
    const texts = textsOf(one);
    lines.add(
      LINE_COLUMNS.map((column, index) => dictionaries[column].codeOf(texts[index] ?? '')),
      one.amountMinor,
    );
  }
  return lines;
}

describe('lines kept in columns', () => {
  it('come back as they were, behind what is there, in a process that knows other values', async () => {
    const many = fc.array(line, { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(many, many, fc.nat(30), async (kept, known, at) => {
        const [writer, reader] = [createDictionaries(), createDictionaries()];
        const from = Math.min(at, kept.length);
        const packed = await packLines(addAll(kept, writer), from, kept.length, writer);
        const lines = addAll(known, reader);
        lines.append(await unpackLines(packed, reader));
        const wanted = [...known, ...kept.slice(from)];
        expect(lines).toHaveLength(wanted.length);
        wanted.forEach((one, index) => {
          expect(lines.amountAt(index)).toBe(one.amountMinor);
          const read = LINE_COLUMNS.map(
            (column) => reader[column].textOf(lines.columns[column].codes[index] as number) ?? '',
          );
          expect(read).toEqual(textsOf(one));
        });
        const size = (minor: bigint): bigint => (minor < 0n ? -minor : minor);
        expect(lines.magnitude).toBe(wanted.reduce((sum, { amountMinor }) => sum + size(amountMinor), 0n));
      }),
      { numRuns: 80 },
    );
  });

  it('have codes of every width', async () => {
    const writer = createDictionaries();
    const all = Array.from({ length: 70_000 }, (_, index) => ({
      texts: LINE_COLUMNS.map((_column, column) =>
        column === 0 ? `v${index}` : column === 1 ? `w${index % 300}` : '',
      ),
      job: String(index + 1),
      amountMinor: BigInt(index),
    }));
    const packed = await packLines(addAll(all, writer), 0, all.length, writer);
    const reader = createDictionaries();
    const lines = createLines();
    lines.append(await unpackLines(packed, reader));
    const [first, second] = LINE_COLUMNS;
    expect(reader[first as 'product'].textOf(lines.columns[first as 'product'].codes[69_999] as number)).toBe('v69999');
    expect(reader[second as 'product'].textOf(lines.columns[second as 'product'].codes[69_999] as number)).toBe('w99');
    expect(lines.columns.work_order_id.codes[69_999]).toBe(70_000);
  });
});
