// The help text.

export const USAGE = `Usage: counterfoil COMMAND …

  inspect KEY [--format FORMAT]
      Looks at a key's shape and check symbols. No network.
  validate KEY --server URL --product SLUG [--identifier ID] [--jwks FILE]
      Asks whether the license is good, and with an identifier whether it is here.
  activate KEY --server URL --product SLUG --identifier ID [--name NAME] [--replace ACTIVATION]
               [--jwks FILE]
      Takes a place.
  verify LEASE --jwks FILE [--product SLUG] [--identifier ID] [--key KEY] [--nonce NONCE]
      Checks a lease, or a file with one. No network.
  doctor --server URL [--vendor ID] [--jwks FILE]
      Looks whether a program could ask: the connection, the clock, and the vendor's keys.

  --jwks FILE      the vendor's public keys. With them an answer has to be signed
  --mode MODE      live (where nothing is said) or test
  --timeout MS     how long one request may take: 10000
  --json           one line of JSON instead of sentences

KEY and LEASE may be "-": then they are read from standard input.
Exit codes: 0 yes, 1 no, 2 wrong usage, 3 could not ask.
`;
