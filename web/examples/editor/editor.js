// A form in which every picture has a `<show-tell>`: an author accepts, edits or rejects what it suggests.

import './showtell/element/index.js';

const form = document.querySelector('form');
const pictures = document.getElementById('pictures');
const post = document.getElementById('post');

document.getElementById('add').addEventListener('change', ({ target }) => {
  for (const file of target.files) {
    const picture = document.createElement('show-tell');
    picture.setAttribute('name', 'alt');
    picture.required = true;
    picture.src = URL.createObjectURL(file);
    picture.dataset.file = file.name;
    pictures.append(picture);
  }
  target.value = '';
});

form.addEventListener('submit', (event) => {
  // A real editor would send the form; here nothing goes anywhere.
  event.preventDefault();
  post.querySelector('pre').textContent = article(new FormData(form));
  post.hidden = false;
  post.querySelector('h2').focus();
});

/** The post as HTML: texts come in the order of the pictures. */
function article(data) {
  // In a document of its own, where nothing is loaded.
  const page = document.implementation.createHTMLDocument();
  const title = page.createElement('h1');
  title.textContent = data.get('title');
  const article = page.createElement('article');
  article.append(title);
  const texts = data.getAll('alt');
  for (const [index, { dataset, image }] of [...pictures.children].entries()) {
    const shown = page.createElement('img');
    shown.setAttribute('src', dataset.file ?? image.getAttribute('src'));
    shown.alt = texts[index];
    article.append('\n  ', shown);
  }
  article.append('\n');
  return article.outerHTML;
}

// What stands there is no longer what would be published.
form.addEventListener('change', () => (post.hidden = true));
