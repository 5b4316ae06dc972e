// Answers every request on a unix socket with one text, in a process of its own: what asking for a status costs the
// machine when lmbridged has no part in it. Arguments: socket, the text. Says "ready", and ends with its stdin.

import http from 'node:http';

const [socketPath, text] = process.argv.slice(2);
const server = http.createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
});
server.listen(socketPath, () => console.log('ready'));
process.stdin.resume().on('end', () => process.exit());
