import { describe, expect, test } from 'vitest';
import { modelsOrderOf } from '../../src/models-options.ts';

const account = ['--email', 'a@test', '--password', 'secret'];

describe('the command line of the registry of models', () => {
  test('reads an order, with the defaults of the demo', () => {
    expect(modelsOrderOf(['activate', '7', '--mode', 'auto', '--note', 'as tried', ...account])).toMatchObject({
      action: 'activate',
      id: 7,
      mode: 'auto',
      note: 'as tried',
      kind: 'horizon',
      url: 'http://127.0.0.1:3000',
    });
    expect(modelsOrderOf([])).toBe('help');
    expect(modelsOrderOf(['list', '--help'])).toBe('help');
  });

  test.each([
    [['burn'], 'there is no action "burn"'],
    [['train', ...account], '--product is missing'],
    [['activate', '7', ...account], '--mode is missing; --note is missing'],
    [['show', 'seven', ...account], 'ID is a whole number, not "seven"; show needs the ID of a model'],
    [['list'], '--email is missing; --password is missing'],
    [['train', '--product', 'p', '--kind', 'crystal-ball', ...account], '--kind is one of sign-drift'],
    [['activate', '1', '--mode', 'yes', '--note', 'x', ...account], '--mode is one of shadow, suggest, auto'],
  ])('%j names all that is wrong', (args, message) => {
    expect(() => modelsOrderOf(args)).toThrow(message);
  });
});
