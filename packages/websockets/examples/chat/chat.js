const byId = (id) => document.getElementById(id);
const [status, log, form, nameField, textField, sendButton] = ['status', 'log', 'form', 'name', 'text', 'send'].map(
  byId,
);

const shortestWait = 250; // ms
const longestWait = 10_000;

let socket;
let wait = shortestWait;

function showStatus(text, state) {
  status.textContent = text;
  status.dataset.state = state;
  sendButton.disabled = state !== 'open';
}

const people = (count) => (count === 1 ? 'You are alone here' : `${count} people are here`);

// A message is set as text, never as markup.
function showMessage({ name, text }) {
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  const entry = document.createElement('li');
  entry.className = name === nameField.value ? 'own' : '';
  const author = document.createElement('span');
  author.className = 'name';
  author.textContent = name;
  const words = document.createElement('p');
  words.textContent = text;
  entry.append(author, words);
  log.append(entry);
  if (isAtEnd) log.scrollTop = log.scrollHeight;
}

function connect() {
  const url = new URL('room', location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  socket = new WebSocket(url);
  let isOpen = false;
  socket.addEventListener('open', () => {
    isOpen = true;
    wait = shortestWait;
  });
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(data);
    if ('people' in message) showStatus(people(message.people), 'open');
    else showMessage(message);
  });
  socket.addEventListener('close', ({ code }) => {
    if (!isOpen) reconnect('The server cannot be reached');
    else reconnect(code === 1001 ? 'The server restarts' : 'The connection is lost');
  });
}

function reconnect(reason) {
  if (status.dataset.state !== 'closed') showStatus(`${reason}. Connecting again …`, 'closed');
  // Not all at once: a server that has just started would meet everybody in the same moment.
  setTimeout(connect, wait * (0.5 + Math.random() / 2));
  wait = Math.min(wait * 2, longestWait);
}

nameField.value = localStorage.getItem('name') ?? '';

form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (socket.readyState !== WebSocket.OPEN || textField.value.trim() === '') return;
  localStorage.setItem('name', nameField.value);
  socket.send(JSON.stringify({ name: nameField.value, text: textField.value }));
  textField.value = '';
});

connect();
