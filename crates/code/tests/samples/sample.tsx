import React, { useState } from "react";

interface Props {
  name: string;
}

/** Says hello. */
export const Greeting: React.FC<Props> = ({ name }) => {
  const [loud, setLoud] = useState(false);
  return <p onClick={() => setLoud(!loud)}>hello {name}</p>;
};

export default function App() {
  return <Greeting name="you" />;
}

type Item = { id: string; label: string };

export const ItemContext = createContext<Item | null>(null);

/** A list of doors. */
export const DoorList = memo(function DoorList<T extends Item>({ items }: { items: T[] }) {
  const ref = useRef<HTMLUListElement>(null);
  const shown = useMemo(() => items.filter((item) => item.label), [items]);
  useEffect(() => {
    ref.current?.focus();
    return () => {};
  }, []);

  function handleKey(event: React.KeyboardEvent) {
    if (event.key === "Enter") ref.current?.click();
  }

  return (
    <>
      <ul ref={ref} onKeyDown={handleKey}>
        {shown.map(({ id, label }) => (
          <li key={id} data-label={label}>
            {label ?? <em>nameless</em>}
          </li>
        ))}
      </ul>
    </>
  );
});

const Input = React.forwardRef<HTMLInputElement, Props>((props, ref) => (
  <input ref={ref} {...props} />
));

export function useDoor(name: string): [boolean, () => void] {
  const [open, setOpen] = useState(false);
  return [open, () => setOpen((before) => !before)];
}

class ErrorBoundary extends React.Component<Props, { failed: boolean }> {
  state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  render() {
    return this.state.failed ? <p>closed</p> : this.props.children;
  }
}

export { ErrorBoundary, Input };
