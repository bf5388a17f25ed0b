// What drivers are called in the rules; what they read is told by the server with its source.
import type { Driver } from '../../../../contracts/http/allocation.ts';
import { useWords } from '../../../app-context.ts';

export function useDriverName(): (driver: Driver | undefined) => string {
  const words = useWords().allocation;
  return (driver) => (driver === undefined ? words.rules.noDriver : words.driver[driver]);
}
