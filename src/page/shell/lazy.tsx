import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A view that is loaded when it is first shown, so that the first view stays small. */
export function lazily<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  return function Lazily(props: Props) {
    const [state, setState] = useState<'loading' | 'loaded' | 'failed'>(loaded ? 'loaded' : 'loading');
    useEffect(() => {
      if (loaded) return;
      load().then(
        (view) => {
          loaded = view;
          setState('loaded');
        },
        () => setState('failed'),
      );
    }, []);
    const View = loaded;
    if (View) return <View {...props} />;
    // A page of before an update asks for files that are no more.
    if (state === 'failed')
      return (
        <p class="notice">
          This view did not load.{' '}
          <a href={location.href} target="_self">
            Load the page again.
          </a>
        </p>
      );
    return <p class="notice" aria-busy="true" />;
  };
}
