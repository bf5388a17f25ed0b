// Words of the tab that shows where shared cost goes.
export const flow = {
  title: 'From element to carrier',
  by: 'Carried by',
  chart: 'Picture',
  table: 'Table',
  empty: 'No shared cost in this period',
  emptyHint: 'Shared cost is posted into pools; a cycle in force brings it to who carries it.',
  total: (amount: string) => `${amount} shared cost`,
  circulated: (amount: string) => `${amount} went round between pools and came back; it is not drawn.`,
  opens: 'Choose a flow to see what it is made of.',
  credits: 'Credits cannot be drawn; they are in the table.',
  otherCurrencies: (list: string) => `Not in the picture: shared cost in ${list}.`,
  from: 'From',
  to: 'To',
  amount: 'Amount',
  rest: (label: string, n: string) => `${label} (${n})`,
  node: (label: string, amount: string) => `${label}: ${amount}`,
};
