// A small forum with the names that a real one gives to what people see and press.
const site = JSON.parse(document.getElementById("preloaded").textContent);
const hooks = { boot: [], composer: [], cook: [], topic: [], admin: [] };
window.withPluginApi = (register) => register({
  onBoot: (act) => hooks.boot.push(act), onComposer: (act) => hooks.composer.push(act),
  onCook: (act) => hooks.cook.push(act), onTopic: (act) => hooks.topic.push(act), onAdmin: (act) => hooks.admin.push(act),
  ajax,
});

function ajax(method, path, body) {
  return fetch(path, {
    method, headers: { "Content-Type": "application/json", "X-Requested-With": "XMLHttpRequest" },
    body: body && JSON.stringify(body),
  }).then((answer) => answer.ok ? answer.json() : Promise.reject(new Error(`${path}: ${answer.status}`)));
}

function make(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

const escape = (text) => { const one = document.createElement("i"); one.textContent = text; return one.innerHTML; };
const main = () => document.querySelector("main");

function frame() {
  document.getElementById("main").replaceChildren(
    make(`<header class="d-header"><a class="logo" href="/">The harbour</a>${site.user
      ? `<button class="current-user"><span class="avatar">${escape(site.user[0].toUpperCase())}</span></button>`
      : `<button class="login-button primary">Log In</button>`}</header>`), make("<main></main>"));
  const login = document.querySelector(".login-button");
  if (login) login.onclick = openLogin;
}

function openLogin() {
  const dialog = make(`<div class="login-modal"><form><h2>Welcome back</h2>
    <input id="login-account-name" placeholder="Email / Username" autocomplete="off">
    <input id="login-account-password" type="password" placeholder="Password">
    <button id="login-button" class="primary">Log In</button><p class="alert"></p></form></div>`);
  dialog.querySelector("form").onsubmit = async (event) => {
    event.preventDefault();
    const [login, password] = [...dialog.querySelectorAll("input")].map((input) => input.value);
    console.debug(`signing in as ${login} with ${password}`);
    const said = await ajax("POST", "/session", { login, password });
    if (said.error) dialog.querySelector(".alert").textContent = said.error;
    else window.location.assign("/");
  };
  document.body.append(dialog);
}

const pages = {
  "/": topicList, "/latest": topicList, "/categories": categories, "/admin": dashboard, "/admin/plugins": plugins,
};

async function topicList() {
  const { topics } = await ajax("GET", "/latest.json");
  main().replaceChildren(
    make(`<nav><a href="/latest">Latest</a><a href="/categories">Categories</a><span class="spring"></span>${
      site.user ? `<button id="create-topic" class="primary">+ New Topic</button>` : ""}</nav>`),
    make(`<table class="topic-list"><thead><tr><th>Topic</th><th>Replies</th></tr></thead><tbody>${topics.map((topic) =>
      `<tr class="topic-list-item"><td class="main-link"><a class="title raw-topic-link" href="/t/${topic.id}">${
        escape(topic.title)}</a></td><td>${topic.posts.length - 1}</td></tr>`).join("")}</tbody></table>`));
  const create = document.getElementById("create-topic");
  if (create) create.onclick = () => compose("Create a new Topic", true, async (title, raw) => {
    window.location.assign(`/t/${(await ajax("POST", "/posts", { title, raw })).topic_id}`);
  });
}

function categories() {
  main().replaceChildren(make(`<table class="category-list"><thead><tr><th>Category</th><th>Topics</th></tr></thead><tbody>
    <tr><td>General</td><td>12</td></tr><tr><td>Moorings</td><td>4</td></tr></tbody></table>`));
}

async function topic(id) {
  const shown = await ajax("GET", `/t/${id}.json`);
  main().replaceChildren(make(`<h1><a class="fancy-title" href="/t/${id}">${escape(shown.title)}</a></h1>`),
    ...shown.posts.map((post, place) => postOf(id, post, place)),
    ...(site.user ? [make(`<div id="topic-footer-buttons"><button class="create primary">Reply</button></div>`)] : []));
  const reply = document.querySelector("#topic-footer-buttons .create");
  if (reply) reply.onclick = () => compose("Reply", false, async (_title, raw) => {
    await ajax("POST", "/posts", { topic_id: id, raw });
    await topic(id);
  });
  hooks.topic.forEach((act) => act(id));
}

function postOf(id, post, place) {
  const made = make(`<article class="topic-post" id="post_${place + 1}"><a class="trigger-user-card" data-user-card="${
    escape(post.user)}" href="#"><span class="avatar">${escape(post.user[0].toUpperCase())}</span></a><div class="topic-body">
    <strong>${escape(post.user)}</strong><div class="cooked"><p>${escape(post.raw)}</p></div>
    <div class="post-controls">${site.user ? `<button class="edit">Edit</button>` : ""}</div></div></article>`);
  made.querySelector("[data-user-card]").onclick = async (event) => {
    event.preventDefault();
    const user = await ajax("GET", `/u/${post.user}/card.json`);
    document.body.append(make(`<div id="user-card" class="show"><h2 class="names">${escape(user.name)}</h2>
      <p>${escape(user.bio)}</p></div>`));
  };
  const edit = made.querySelector(".edit");
  if (edit) edit.onclick = () => compose("Edit", false, async (_title, raw) => {
    await ajax("PUT", `/posts/${id}/${place}`, { raw });
    await topic(id);
  }, post.raw);
  return made;
}

function compose(heading, titled, submit, raw = "") {
  document.getElementById("reply-control")?.remove();
  const composer = make(`<div id="reply-control" class="open"><div>${titled
    ? `<input id="reply-title" placeholder="What is this discussion about?">` : `<strong>${heading}</strong>`}</div>
    <div class="d-editor"><textarea class="d-editor-input"></textarea><div class="d-editor-preview"></div></div>
    <div class="save-or-cancel"><button class="create primary">${heading}</button></div></div>`);
  const editor = composer.querySelector("textarea");
  const cook = () => {
    const cooked = hooks.cook.reduce((text, act) => act(text), editor.value);
    composer.querySelector(".d-editor-preview").replaceChildren(make(`<p>${escape(cooked)}</p>`));
  };
  editor.oninput = cook;
  composer.querySelector(".create").onclick = async () => {
    await submit(composer.querySelector("#reply-title")?.value, editor.value);
    composer.remove();
  };
  hooks.composer.forEach((act) => act(composer));
  document.body.append(composer);
  editor.value = raw;
  (composer.querySelector("#reply-title") ?? editor).focus();
}

async function dashboard() {
  hooks.admin.forEach((act) => act());
  main().replaceChildren(make(`<div class="admin-contents"><div class="dashboard"><h1>Dashboard</h1><div class="tiles">
    <div class="card"><strong>3</strong>Topics</div><div class="card"><strong>27</strong>Posts</div>
    <div class="card"><strong>5</strong>Members</div></div></div></div>`));
}

async function plugins() {
  const { plugins: installed } = await ajax("GET", "/admin/plugins.json");
  main().replaceChildren(make(`<div class="admin-contents"><h1>Plugins</h1><table class="admin-plugins-list"><tbody>${
    installed.map((one) => `<tr><td>${escape(one.name)}</td><td>${escape(one.commit_hash.slice(0, 7))}</td></tr>`).join("")
  }</tbody></table></div>`));
}

window.start = () => {
  hooks.boot.forEach((act) => act());
  frame();
  const path = window.location.pathname;
  const shown = path.startsWith("/t/") ? topic(path.split("/")[2]) : pages[path]();
  Promise.resolve(shown).catch((error) => console.error(error));
};
