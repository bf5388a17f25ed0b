export const value = { title: 'value' };
