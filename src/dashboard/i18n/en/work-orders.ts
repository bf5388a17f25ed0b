export const workOrders = { title: 'x' };
