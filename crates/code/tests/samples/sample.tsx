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
