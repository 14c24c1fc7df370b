import './combobox.css';
import { useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';

export interface Option {
  id: number;
  name: string;
  /** What else it is found by, and shown beside it. */
  detail: string;
}

export interface ComboboxProps {
  label: string;
  placeholder: string;
  /** What fits to a text, the best first. */
  find: (text: string) => readonly Option[];
  /** How many fit, of which only some are shown. */
  disabled?: boolean;
  onChoose: (option: Option) => void;
}

/** A field that finds one of thousands: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ */
export function Combobox({ label, placeholder, find, disabled = false, onChoose }: ComboboxProps) {
  const id = useId();
  const text = useSignal('');
  const isOpen = useSignal(false);
  const active = useSignal(0);
  const list = useRef<HTMLDivElement>(null);
  const options = isOpen.value ? find(text.value) : [];
  const at = Math.min(active.value, options.length - 1);

  const choose = (option: Option | undefined) => {
    if (!option) return;
    text.value = '';
    isOpen.value = false;
    active.value = 0;
    onChoose(option);
  };
  const move = (to: number) => {
    isOpen.value = true;
    active.value = Math.max(0, Math.min(Math.max(0, options.length - 1), to));
    list.current?.children[active.value]?.scrollIntoView({ block: 'nearest' });
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => move(isOpen.value ? at + 1 : 0),
    ArrowUp: () => move(at - 1),
    PageDown: () => move(at + 10),
    PageUp: () => move(at - 10),
    Enter: () => choose(options[at]),
    Escape: () => {
      isOpen.value = false;
    },
  };
  return (
    <div class="combobox">
      <label for={`${id}-field`}>{label}</label>
      <input
        id={`${id}-field`}
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        aria-autocomplete="list"
        aria-expanded={options.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={options.length > 0 ? `${id}-${at}` : undefined}
        placeholder={placeholder}
        disabled={disabled}
        value={text.value}
        onInput={({ currentTarget }) => {
          text.value = currentTarget.value;
          isOpen.value = true;
          active.value = 0;
        }}
        onClick={() => {
          isOpen.value = true;
        }}
        onBlur={() => {
          isOpen.value = false;
        }}
        onKeyDown={(event) => {
          const act = keys[event.key];
          if (!act || (event.key === 'Escape' && !isOpen.value)) return;
          event.preventDefault();
          act();
        }}
      />
      <div id={`${id}-list`} role="listbox" aria-label={label} ref={list} hidden={options.length === 0}>
        {options.map((option, n) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the field's
          <div
            key={option.id}
            id={`${id}-${n}`}
            role="option"
            tabIndex={-1}
            aria-selected={n === at}
            // The field keeps the focus.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(option)}
          >
            {option.name} <span class="faint">{option.detail}</span>
          </div>
        ))}
      </div>
      <p class="spoken" role="status">
        {isOpen.value && text.value !== '' ? `${options.length === 0 ? 'none' : options.length} found` : ''}
      </p>
    </div>
  );
}
