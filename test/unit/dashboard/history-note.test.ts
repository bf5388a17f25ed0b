// What the program noted is read in the reader's language; what people wrote is nobody's to change.
import { describe, expect, test } from 'vitest';
import { en } from '../../../src/dashboard/i18n/en.ts';
import { zh } from '../../../src/dashboard/i18n/zh.ts';
import { historyNote } from '../../../src/dashboard/views/history-note.ts';

describe('notes of a history', () => {
  test.each([
    ['prognosis 1: probability 50 %', 'Prognosis 1: probability 50 %', '预测 1：故障概率 50%'],
    ['work order 12', 'Work order #12', '工单 #12'],
    ['work order 12 completed', 'Work order #12 · Completed', '工单 #12 · 已完工'],
    ['work order 12 cancelled', 'Work order #12 · Cancelled', '工单 #12 · 已取消'],
    ['a note this screen does not know', 'a note this screen does not know', 'a note this screen does not know'],
  ])('the system: %s', (note, english, chinese) => {
    expect(historyNote(en, 'system', note)).toBe(english);
    expect(historyNote(zh, 'system', note)).toBe(chinese);
  });

  test('a person', () => {
    expect(historyNote(zh, 'wang@example.com', 'work order 12')).toBe('work order 12');
  });
});
