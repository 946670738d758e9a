/** A program that holds one WebSocket, for tests that stop it: `deno run socket_holder.ts ws://…`. */
const socket = new WebSocket(Deno.args[0]!);
socket.onmessage = () => console.log("open");
socket.onclose = () => Deno.exit(0);
