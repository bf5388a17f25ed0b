export const costs = { title: 'costs' };
