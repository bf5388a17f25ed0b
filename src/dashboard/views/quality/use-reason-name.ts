// Why a payload was refused, in words; a reason that has none is shown as it is.
import { useWords } from '../../app-context.ts';

export function useReasonName(): (reason: string) => string {
  const names: Readonly<Record<string, string>> = useWords().quarantine.reasonOf;
  return (reason) => names[reason] ?? reason;
}
