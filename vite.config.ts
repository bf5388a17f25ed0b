// Builds the dashboard from src/dashboard to dist/dashboard, where the API serves it.
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'src/dashboard',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../dist/dashboard',
    emptyOutDir: true,
    target: 'es2022',
    // ECharts is a chunk of its own, loaded on the cost screens alone.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      // Schemas of the contracts are for the server: unused here, their builders may be dropped with the library.
      treeshake: { manualPureFunctions: ['Type', 'Nullable', 'Choice', 'PageOf'] },
    },
  },
});
