import { chooseTheme, theme } from './colours.ts';
import { Icon, type IconName } from './icons.tsx';
import { THEMES, type Theme } from './theme.ts';

const SHOWN: Record<Theme, { icon: IconName; label: string }> = {
  system: { icon: 'system', label: 'As the system' },
  light: { icon: 'sun', label: 'Light' },
  dark: { icon: 'moon', label: 'Dark' },
};

export function ThemeSwitch() {
  return (
    <fieldset class="themes">
      <legend class="spoken">Theme</legend>
      {THEMES.map((each) => (
        <label key={each} title={SHOWN[each].label}>
          <input
            type="radio"
            name="theme"
            class="spoken"
            checked={theme.value === each}
            onChange={() => chooseTheme(each)}
          />
          <Icon name={SHOWN[each].icon} />
          <span class="spoken">{SHOWN[each].label}</span>
        </label>
      ))}
    </fieldset>
  );
}
