// What an evaluation leaves behind: the predictions as CSV, the pictures as SVG, under the folders that were asked for.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PlotWriter, ScoreWriter } from './suite.ts';

/** Rows gathered before they go to the file: a large prediction is never one text. */
const ROWS_A_WRITE = 20_000;

const cell = (value: string | number): string => {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

export function scoreWriter(folder: string): ScoreWriter {
  return {
    write(path, columns, rows) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${columns.map(cell).join(',')}\n`);
      let lines: string[] = [];
      const flush = (): void => {
        if (lines.length > 0) appendFileSync(file, `${lines.join('\n')}\n`);
        lines = [];
      };
      for (const row of rows) {
        lines.push(row.map(cell).join(','));
        if (lines.length >= ROWS_A_WRITE) flush();
      }
      flush();
    },
  };
}

export function plotWriter(folder: string): PlotWriter {
  return {
    write(name, svg) {
      const file = join(folder, `${name}.svg`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, svg);
    },
  };
}
