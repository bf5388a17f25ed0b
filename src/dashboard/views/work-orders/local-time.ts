// Between instants and what a `datetime-local` field holds (the reader's own zone, minutes).

export function localOf(moment: Date | string): string {
  const date = new Date(moment);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

export const isoOfLocal = (local: string): string => new Date(local).toISOString();
