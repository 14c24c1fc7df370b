import { useEffect, useState } from 'preact/hooks';
import type { DestinationBody } from '../../http/schemas/destination.ts';
import { request } from '../api/client.ts';

/** All destinations. */
export function Overview() {
  const [destinations, setDestinations] = useState<DestinationBody[]>([]);
  useEffect(() => {
    void request<{ destinations: DestinationBody[] }>('/destinations').then((answer) =>
      setDestinations(answer.destinations),
    );
  }, []);
  return (
    <ul>
      {destinations.map(({ id, label }) => (
        <li key={id}>
          <a href={`/destinations/${id}`}>{label}</a>
        </li>
      ))}
    </ul>
  );
}
