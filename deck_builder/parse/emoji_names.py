"""The emoji of GitHub's that rich has not, or knows by another name (after github.com/github/gemoji)."""

from __future__ import annotations

_TABLE = """
    rofl 🤣  upside_down_face 🙃  melting_face 🫠  smiling_face_with_three_hearts 🥰  star_struck 🤩
    smiling_face_with_tear 🥲  money_mouth_face 🤑  hugs 🤗  hand_over_mouth 🤭
    face_with_open_eyes_and_hand_over_mouth 🫢  face_with_peeking_eye 🫣  thinking 🤔  saluting_face 🫡
    zipper_mouth_face 🤐  raised_eyebrow 🤨  dotted_line_face 🫥  face_in_clouds 😶‍🌫️  roll_eyes 🙄
    face_exhaling 😮‍💨  shaking_face 🫨  face_with_head_bandage 🤕  vomiting_face 🤮
    face_with_spiral_eyes 😵‍💫  disguised_face 🥸  monocle_face 🧐  face_with_diagonal_mouth 🫤
    face_holding_back_tears 🥹  pout 😡  cursing_face 🤬  heart_on_fire ❤️‍🔥  mending_heart ❤️‍🩹
    pink_heart 🩷  light_blue_heart 🩵  grey_heart 🩶  eye_speech_bubble 👁️‍🗨️  rightwards_hand 🫱
    leftwards_hand 🫲  palm_down_hand 🫳  palm_up_hand 🫴  leftwards_pushing_hand 🫷
    rightwards_pushing_hand 🫸  pinched_fingers 🤌  hand_with_index_finger_and_thumb_crossed 🫰
    love_you_gesture 🤟  metal 🤘  fu 🖕  index_pointing_at_the_viewer 🫵  fist_raised ✊  fist_oncoming 👊
    fist_left 🤛  fist_right 🤜  heart_hands 🫶  anatomical_heart 🫀  lungs 🫁  biting_lip 🫦
    blond_haired_person 👱  man_beard 🧔‍♂️  woman_beard 🧔‍♀️  red_haired_man 👨‍🦰  curly_haired_man 👨‍🦱
    white_haired_man 👨‍🦳  red_haired_woman 👩‍🦰  person_red_hair 🧑‍🦰  curly_haired_woman 👩‍🦱
    person_curly_hair 🧑‍🦱  white_haired_woman 👩‍🦳  person_white_hair 🧑‍🦳  person_bald 🧑‍🦲
    blond_haired_woman 👱‍♀️  blonde_woman 👱‍♀️  blond_haired_man 👱‍♂️  frowning_person 🙍
    frowning_man 🙍‍♂️  frowning_woman 🙍‍♀️  pouting_face 🙎  pouting_man 🙎‍♂️  pouting_woman 🙎‍♀️
    no_good_man 🙅‍♂️  ng_man 🙅‍♂️  no_good_woman 🙅‍♀️  ng_woman 🙅‍♀️  ok_person 🙆  ok_man 🙆‍♂️
    ok_woman 🙆‍♀️  tipping_hand_person 💁  tipping_hand_man 💁‍♂️  sassy_man 💁‍♂️
    tipping_hand_woman 💁‍♀️  sassy_woman 💁‍♀️  raising_hand_man 🙋‍♂️  raising_hand_woman 🙋‍♀️
    deaf_man 🧏‍♂️  deaf_woman 🧏‍♀️  bowing_man 🙇‍♂️  bowing_woman 🙇‍♀️  facepalm 🤦  shrug 🤷
    health_worker 🧑‍⚕️  student 🧑‍🎓  teacher 🧑‍🏫  judge 🧑‍⚖️  farmer 🧑‍🌾  cook 🧑‍🍳  mechanic 🧑‍🔧
    factory_worker 🧑‍🏭  office_worker 🧑‍💼  scientist 🧑‍🔬  technologist 🧑‍💻  singer 🧑‍🎤  artist 🧑‍🎨
    pilot 🧑‍✈️  astronaut 🧑‍🚀  firefighter 🧑‍🚒  policeman 👮‍♂️  policewoman 👮‍♀️
    male_detective 🕵️‍♂️  female_detective 🕵️‍♀️  guardsman 💂‍♂️  guardswoman 💂‍♀️  ninja 🥷
    construction_worker_man 👷‍♂️  construction_worker_woman 👷‍♀️  person_with_crown 🫅
    person_with_turban 👳  man_with_turban 👳‍♂️  woman_with_turban 👳‍♀️  person_in_tuxedo 🤵
    man_in_tuxedo 🤵‍♂️  woman_in_tuxedo 🤵‍♀️  person_with_veil 👰  man_with_veil 👰‍♂️
    woman_with_veil 👰‍♀️  bride_with_veil 👰‍♀️  pregnant_man 🫃  pregnant_person 🫄  breast_feeding 🤱
    woman_feeding_baby 👩‍🍼  man_feeding_baby 👨‍🍼  person_feeding_baby 🧑‍🍼  mrs_claus 🤶  mx_claus 🧑‍🎄
    superhero_man 🦸‍♂️  superhero_woman 🦸‍♀️  supervillain_man 🦹‍♂️  supervillain_woman 🦹‍♀️
    mage_man 🧙‍♂️  mage_woman 🧙‍♀️  fairy_man 🧚‍♂️  fairy_woman 🧚‍♀️  vampire_man 🧛‍♂️
    vampire_woman 🧛‍♀️  elf_man 🧝‍♂️  elf_woman 🧝‍♀️  genie_man 🧞‍♂️  genie_woman 🧞‍♀️
    zombie_man 🧟‍♂️  zombie_woman 🧟‍♀️  troll 🧌  massage_man 💆‍♂️  massage_woman 💆‍♀️
    haircut_man 💇‍♂️  haircut_woman 💇‍♀️  walking_man 🚶‍♂️  walking_woman 🚶‍♀️  standing_person 🧍
    standing_man 🧍‍♂️  standing_woman 🧍‍♀️  kneeling_person 🧎  kneeling_man 🧎‍♂️  kneeling_woman 🧎‍♀️
    person_with_probing_cane 🧑‍🦯  person_in_motorized_wheelchair 🧑‍🦼  person_in_manual_wheelchair 🧑‍🦽
    running_man 🏃‍♂️  running_woman 🏃‍♀️  business_suit_levitating 🕴️  dancing_men 👯‍♂️
    dancing_women 👯‍♀️  sauna_person 🧖  sauna_man 🧖‍♂️  sauna_woman 🧖‍♀️  climbing 🧗
    climbing_man 🧗‍♂️  climbing_woman 🧗‍♀️  golfing 🏌️  golfing_man 🏌️‍♂️  golfing_woman 🏌️‍♀️
    surfing_man 🏄‍♂️  surfing_woman 🏄‍♀️  rowing_man 🚣‍♂️  rowing_woman 🚣‍♀️  swimming_man 🏊‍♂️
    swimming_woman 🏊‍♀️  bouncing_ball_person ⛹️  bouncing_ball_man ⛹️‍♂️  basketball_man ⛹️‍♂️
    bouncing_ball_woman ⛹️‍♀️  basketball_woman ⛹️‍♀️  weight_lifting 🏋️  weight_lifting_man 🏋️‍♂️
    weight_lifting_woman 🏋️‍♀️  biking_man 🚴‍♂️  biking_woman 🚴‍♀️  mountain_biking_man 🚵‍♂️
    mountain_biking_woman 🚵‍♀️  cartwheeling 🤸  wrestling 🤼  water_polo 🤽  handball_person 🤾
    juggling_person 🤹  lotus_position 🧘  lotus_position_man 🧘‍♂️  lotus_position_woman 🧘‍♀️
    sleeping_bed 🛌  couplekiss_man_woman 👩‍❤️‍💋‍👨  couplekiss_man_man 👨‍❤️‍💋‍👨
    couplekiss_woman_woman 👩‍❤️‍💋‍👩  people_hugging 🫂  black_cat 🐈‍⬛  lion 🦁  moose 🫎  donkey 🫏
    unicorn 🦄  bison 🦬  mammoth 🦣  beaver 🦫  polar_bear 🐻‍❄️  dodo 🦤  feather 🪶  wing 🪽
    black_bird 🐦‍⬛  goose 🪿  seal 🦭  coral 🪸  jellyfish 🪼  beetle 🪲  cockroach 🪳  fly 🪰  worm 🪱
    lotus 🪷  hyacinth 🪻  potted_plant 🪴  empty_nest 🪹  nest_with_eggs 🪺  orange 🍊  mandarin 🍊
    blueberries 🫐  olive 🫒  bell_pepper 🫑  beans 🫘  ginger_root 🫚  pea_pod 🫛  flatbread 🫓  cheese 🧀
    hotdog 🌭  tamale 🫔  egg 🥚  fried_egg 🍳  fondue 🫕  milk_glass 🥛  teapot 🫖  champagne 🍾
    pouring_liquid 🫗  bubble_tea 🧋  ice_cube 🧊  plate_with_cutlery 🍽️  jar 🫙  mountain_snow 🏔️
    beach_umbrella 🏖️  bricks 🧱  rock 🪨  wood 🪵  hut 🛖  playground_slide 🛝  pickup_truck 🛻
    roller_skate 🛼  wheel 🛞  ring_buoy 🛟  flight_departure 🛫  flight_arrival 🛬  parachute 🪂
    artificial_satellite 🛰️  open_umbrella ☂️  umbrella ☔  parasol_on_ground ⛱️  snowman_with_snow ☃️
    snowman ⛄  tickets 🎟️  medal_military 🎖️  medal_sports 🏅  yo_yo 🪀  magic_wand 🪄  pinata 🪅
    mirror_ball 🪩  nesting_dolls 🪆  sewing_needle 🪡  knot 🪢  one_piece_swimsuit 🩱  swim_brief 🩲
    folding_hand_fan 🪭  shopping 🛍️  thong_sandal 🩴  hair_pick 🪮  military_helmet 🪖
    rescue_worker_helmet ⛑️  accordion 🪗  long_drum 🪘  maracas 🪇  flute 🪈  low_battery 🪫
    film_strip 🎞️  camera_flash 📸  newspaper_roll 🗞️  coin 🪙  email 📧  ballot_box 🗳️  paperclips 🖇️
    boomerang 🪃  carpentry_saw 🪚  screwdriver 🪛  hook 🪝  ladder 🪜  crutch 🩼  x_ray 🩻  elevator 🛗
    mirror 🪞  window 🪟  plunger 🪠  mouse_trap 🪤  bucket 🪣  bubbles 🫧  toothbrush 🪥  headstone 🪦
    hamsa 🪬  placard 🪧  identification_card 🪪  khanda 🪯  previous_track_button ⏮️  wireless 🛜
    transgender_symbol ⚧️  heavy_equals_sign 🟰  fleur_de_lis ⚜️  hash #️⃣  asterisk *️⃣  keycap_ten 🔟
    transgender_flag 🏳️‍⚧️  antigua_barbuda 🇦🇬  aland_islands 🇦🇽  bosnia_herzegovina 🇧🇦
    st_barthelemy 🇧🇱  cocos_islands 🇨🇨  congo_kinshasa 🇨🇩  congo_brazzaville 🇨🇬  cote_divoire 🇨🇮
    cn 🇨🇳  curacao 🇨🇼  czech_republic 🇨🇿  de 🇩🇪  ceuta_melilla 🇪🇦  es 🇪🇸  eu 🇪🇺  fr 🇫🇷  gb 🇬🇧
    uk 🇬🇧  south_georgia_south_sandwich_islands 🇬🇸  guinea_bissau 🇬🇼  hong_kong 🇭🇰
    heard_mcdonald_islands 🇭🇲  it 🇮🇹  jp 🇯🇵  st_kitts_nevis 🇰🇳  kr 🇰🇷  st_lucia 🇱🇨  st_martin 🇲🇫
    myanmar 🇲🇲  macau 🇲🇴  st_pierre_miquelon 🇵🇲  reunion 🇷🇪  ru 🇷🇺  st_helena 🇸🇭
    svalbard_jan_mayen 🇸🇯  sao_tome_principe 🇸🇹  turks_caicos_islands 🇹🇨  timor_leste 🇹🇱  tr 🇹🇷
    trinidad_tobago 🇹🇹  us_outlying_islands 🇺🇲  us 🇺🇸  st_vincent_grenadines 🇻🇨  us_virgin_islands 🇻🇮
    wallis_futuna 🇼🇫
"""
_WORDS = _TABLE.split()

NAMES = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
