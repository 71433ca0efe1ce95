// A picture as Telegram's apps send it: a JPEG, upright, without Exif, at most 2560 pixels on its longest side.

const SIDE = 2560;
const QUALITY = 0.87;
const NARROW = 20; // Telegram takes no photo that is longer than so many times its width

// The photo, or null: what the browser cannot read as a picture goes as a file.
async function photo(file) {
  let picture;
  try { picture = await createImageBitmap(file, { imageOrientation: "from-image" }); } catch { return null; }
  const { width, height } = picture;
  if (Math.max(width, height) > NARROW * Math.min(width, height)) return null;
  const scale = Math.min(1, SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#fff"; // a JPEG has no transparency
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.imageSmoothingQuality = "high";
  paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  return made && new File([made], file.name, { type: "image/jpeg" });
}

export async function developed(files) {
  const photos = [];
  const others = [];
  for (const file of files) { // one after the other: a phone has little memory
    const made = await photo(file);
    if (made) photos.push(made);
    else others.push(file);
  }
  return { photos, others };
}
