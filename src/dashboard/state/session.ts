// Who is signed in: the tokens (shared between tabs through storage) and what the person's role allows.
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { mayDo, type Permission, seesEverything } from '../../contracts/access.ts';
import type { Person, Tokens } from '../../contracts/http/auth.ts';

export interface Session {
  tokens: ReadonlySignal<Tokens | null>;
  person: ReadonlySignal<Person | null>;
  /** True after the server ended the session; false after the person did. */
  hasExpired: ReadonlySignal<boolean>;
  can(permission: Permission): boolean;
  /** The person's view is cut to no region or customer. */
  seesEverything(): boolean;
  signIn(tokens: Tokens): void;
  /** Another tab may have refreshed already: takes what is stored when it differs. */
  adoptStored(): boolean;
  signOut(why: 'asked' | 'expired'): void;
  /** Another tab signed in or out: so does this one. */
  followStored(): void;
}
const KEY = 'stethos.session';

export function createSession(storage: Storage): Session {
  const tokens = signal<Tokens | null>(readTokens(storage));
  const hasExpired = signal(false);
  // By value, not by token: a refreshed token is no reason to build everything that hangs on the person again.
  const personText = computed(() => (tokens.value === null ? null : JSON.stringify(tokens.value.user)));
  const person = computed(() => (personText.value === null ? null : (JSON.parse(personText.value) as Person)));
  return {
    tokens,
    person,
    hasExpired,
    can: (permission) => person.value !== null && mayDo(person.value.role, permission),
    seesEverything: () => person.value !== null && seesEverything(person.value),
    signIn(fresh) {
      storage.setItem(KEY, JSON.stringify(fresh));
      hasExpired.value = false;
      tokens.value = fresh;
    },
    adoptStored() {
      const stored = readTokens(storage);
      if (stored === null || stored.accessToken === tokens.value?.accessToken) return false;
      tokens.value = stored;
      return true;
    },
    signOut(why) {
      storage.removeItem(KEY);
      hasExpired.value = why === 'expired';
      tokens.value = null;
    },
    followStored() {
      tokens.value = readTokens(storage);
    },
  };
}

function readTokens(storage: Storage): Tokens | null {
  try {
    const stored = JSON.parse(storage.getItem(KEY) ?? 'null') as Tokens | null;
    return stored !== null && typeof stored.accessToken === 'string' && stored.user ? stored : null;
  } catch {
    return null;
  }
}
