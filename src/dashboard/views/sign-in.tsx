// Signing in: the one screen without a frame.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError } from '../api-client.ts';
import { useApp, useWords } from '../app-context.ts';
import { Field } from '../components/field.tsx';
import { LanguageSwitch, ThemeMenu } from '../frame/person-menu.tsx';
import { FormMessage } from '../components/form-message.tsx';

export function SignIn(): VNode {
  const words = useWords().frame.signIn;
  return (
    <div class="sign-in">
      <header class="sign-in-tools">
        <LanguageSwitch />
        <ThemeMenu />
      </header>
      <main class="sign-in-card">
        <div class="sign-in-brand">
          <img src="/favicon.svg" alt="" width="36" height="36" />
          <h1>Stethos</h1>
        </div>
        <p class="sign-in-lead">{words.lead}</p>
        <SignInForm />
        <ul class="sign-in-points">
          {Object.values(words.points).map((point) => (
            <li key={point}>{point}</li>
          ))}
        </ul>
      </main>
    </div>
  );
}

function SignInForm(): VNode {
  const { api, session } = useApp();
  const words = useWords().frame;
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiError | null>(null);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await api.signIn(email.trim(), password);
    } catch (error) {
      setProblem(error instanceof ApiError ? error : new ApiError('internal', 0, String(error)));
      setBusy(false);
    }
  };
  const message =
    problem === null
      ? session.hasExpired.value
        ? words.signIn.expired
        : null
      : problem.code === 'wrong-credentials'
        ? words.signIn.wrong
        : problem.code === 'unreachable'
          ? words.state.unreachable
          : problem.message;
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <Field label={words.signIn.email}>
        <input
          type="email"
          name="email"
          autocomplete="username"
          required
          value={email}
          onInput={(event) => setEmail(event.currentTarget.value)}
        />
      </Field>
      <Field label={words.signIn.password}>
        <input
          type="password"
          name="password"
          autocomplete="current-password"
          required
          value={password}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
      </Field>
      <FormMessage text={message} />
      <button type="submit" class="button primary large" disabled={isBusy}>
        {isBusy ? words.signIn.busy : words.signIn.submit}
      </button>
    </form>
  );
}
