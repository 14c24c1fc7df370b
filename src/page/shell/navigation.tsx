export function Navigation({
  current,
  links,
}: {
  current: string;
  links: { name: string; title: string; href: string }[];
}) {
  return (
    <nav aria-label="Main">
      {links.map(({ name, title, href }) => (
        <a key={name} href={href} aria-current={name === current ? 'page' : undefined}>
          {title}
        </a>
      ))}
    </nav>
  );
}
