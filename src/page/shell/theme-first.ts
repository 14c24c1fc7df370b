import { applyTheme, rememberedTheme } from './theme.ts';

// Before anything is painted, which a module would be too late for.
applyTheme(rememberedTheme());
